package dev.signet.quantize.input;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.onnx.scan.GraphIndex;
import dev.signet.onnx.tensor.TensorReader;
import dev.signet.quantize.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides for all inputs of a network what they are: from their shapes and types, from the first weights that read them, and
 * from outputs that come back as inputs.
 */
public final class NetworkInputs {
    private static final int LONGEST_FRAME_OF_FEATURES = 256;
    private static final int RATE = 16_000;

    private final GraphIndex graph;
    private final TensorReader reader;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final InputChoices choices;

    private NetworkInputs(OnnxModel model, List<TensorSpec> inputs, List<TensorSpec> outputs, InputChoices choices) {
        this.graph = GraphIndex.of(model);
        this.reader = new TensorReader(model);
        this.inputs = inputs;
        this.outputs = outputs;
        this.choices = choices;
    }

    /**
     * What the inputs are, in the model's order.
     *
     * @param shapes what the user says of shapes
     * @param choices what else the user says
     * @param open what open sides are filled with
     */
    public static List<NetworkInput> of(
            OnnxModel model,
            List<TensorSpec> inputs,
            List<TensorSpec> outputs,
            Map<String, long[]> shapes,
            InputChoices choices,
            OpenSides open) {
        return new NetworkInputs(model, inputs, outputs, choices).decide(shapes, open);
    }

    private List<NetworkInput> decide(Map<String, long[]> shapes, OpenSides open) {
        List<NetworkInput> decided = new ArrayList<>();
        Map<String, String> states = states();
        for (TensorSpec spec : inputs) {
            long[] declared = shapes.getOrDefault(spec.name(), spec.shape());
            decided.add(of(spec, declared, Optional.ofNullable(states.get(spec.name())), open));
        }
        return decided;
    }

    private NetworkInput of(TensorSpec spec, long[] declared, Optional<String> state, OpenSides open) {
        if (state.isPresent()) {
            return new NetworkInput(spec, filled(declared, -1, 1, 1, true), new NetworkInput.State(state.get()));
        }
        return switch (spec.type()) {
            case INT8, INT16, INT32, INT64, BOOL -> numbers(spec, declared, open);
            default -> values(spec, declared, open);
        };
    }

    private NetworkInput numbers(TensorSpec spec, long[] declared, OpenSides open) {
        String name = spec.name().toLowerCase(Locale.ROOT);
        long[] shape = filled(declared, -1, 1, Math.min(open.side(), 64), true);
        boolean rate = name.equals("sr") || name.contains("rate");
        if (rate) {
            return new NetworkInput(spec, shape, new NetworkInput.Constant(RATE));
        }
        long table = tableRows(spec.name());
        return new NetworkInput(spec, shape, table > 0 ? new NetworkInput.Tokens(table) : new NetworkInput.Constant(1));
    }

    /** Rows of the table that an input of indices looks up in; 0 for none. */
    private long tableRows(String input) {
        Set<String> names = new HashSet<>(Set.of(input));
        for (int hops = 0; hops < 3; hops++) {
            for (String name : Set.copyOf(names)) {
                for (GraphIndex.Use use : graph.uses(name)) {
                    if (use.node() < 0) {
                        continue;
                    }
                    NodeProto node = graph.node(use.node());
                    var table = graph.stored(NodeView.of(node).input(0));
                    if (node.getOpType().equals("Gather") && use.input() == 1 && table.isPresent()) {
                        return reader.shape(table.get())[0];
                    }
                    names.addAll(node.getOutputList());
                }
            }
        }
        return 0;
    }

    private NetworkInput values(TensorSpec spec, long[] declared, OpenSides open) {
        Optional<InputReading> reading = InputReading.of(graph, reader, spec.name(), declared.length);
        Optional<NetworkInput> picture = picture(spec, declared, reading, open);
        if (picture.isPresent()) {
            return picture.get();
        }
        int rank = declared.length;
        int length = onlyLongAxis(declared);
        boolean multiplied = reading.isPresent() && reading.get().isProduct();
        if (length >= 0 && !multiplied) {
            long[] shape = filled(declared, -1, 1, open.sound(), length != 0);
            if (!isSpectrum(shape[length])) {
                return new NetworkInput(spec, shape, new NetworkInput.Sound());
            }
        }
        long[] shape = filled(declared, -1, 1, open.side(), true);
        for (int axis = 1; axis < rank && rank >= 3; axis++) {
            if (isSpectrum(declared[axis])) {
                int complex = indexOf(declared, 2);
                return new NetworkInput(
                        spec, shape, new NetworkInput.Spectrum(Math.toIntExact(declared[axis]), axis, complex));
            }
        }
        boolean maps = reading.isPresent() && reading.get().isConvolution();
        if (maps && reading.get().axes()[1] >= 0) {
            int channelAxis = reading.get().axes()[1];
            shape = filled(declared, channelAxis, Math.max(1, reading.get().channels()), open.side(), channelAxis != 0);
        }
        return new NetworkInput(spec, shape, new NetworkInput.Features(maps && rank == 4));
    }

    private Optional<NetworkInput> picture(
            TensorSpec spec, long[] declared, Optional<InputReading> reading, OpenSides open) {
        int rank = declared.length;
        if (rank != 3 && rank != 4) {
            return Optional.empty();
        }
        InputLayout.Order order = choices.order(spec.name());
        int length = onlyLongAxis(declared);
        if (order == null && length > 0 && declared[length] >= LONGEST_SIDE) {
            // [batch, 44100, 1]: no picture is so long and has one row.
            return Optional.empty();
        }
        int channelAxis = order != null ? order.channelAxis(rank) : channelAxis(declared, reading);
        long channels = channelAxis >= 0 ? declared[channelAxis] : 1;
        boolean plane = reading.isPresent() && reading.get().spatialDimensions() == 2;
        if (channels < 0) {
            channels = plane ? reading.get().channels() : 3;
        }
        boolean sides = channelAxis >= 0 || (plane && rank == 3);
        if (!sides
                || channels < 1
                || channels > InputLayout.MAX_CHANNELS
                || reading.filter(InputReading::isProduct).isPresent()) {
            return Optional.empty();
        }
        // [N, H, W] has no channels, [C, H, W] and [H, W, C] no batch.
        boolean batched = rank == 4 || channelAxis < 0;
        int[] places = places(rank, channelAxis, batched);
        long height = declared[places[0]];
        long width = declared[places[1]];
        if (order == null && (isOne(height) || isOne(width) || (!plane && rank == 3 && channelAxis < 0))) {
            return Optional.empty();
        }
        boolean timed = channels == 1 && order == null && ((height < 0) != (width < 0) || channelAxis < 0);
        long[] shape = declared.clone();
        shape[places[0]] = height < 0 ? open.height() : height;
        shape[places[1]] = width < 0 ? open.width() : width;
        if (channelAxis >= 0) {
            shape[channelAxis] = channels;
        }
        int batch = batched ? Math.toIntExact(Math.max(0, shape[0])) : 1;
        var layout = new InputLayout(
                batch,
                Math.toIntExact(channels),
                Math.toIntExact(shape[places[1]]),
                Math.toIntExact(shape[places[0]]),
                channelAxis < places[0]);
        return Optional.of(new NetworkInput(
                spec, shape, timed ? new NetworkInput.Spectrogram(layout) : new NetworkInput.Pictures(layout)));
    }

    /** Pixels of a picture's side, beyond which it is sound. */
    private static final int LONGEST_SIDE = 8_192;

    private static boolean isOne(long side) {
        return side == 1;
    }

    /** Where height and width are. */
    private static int[] places(int rank, int channelAxis, boolean batched) {
        int[] places = new int[2];
        int found = 0;
        for (int axis = batched ? 1 : 0; axis < rank && found < 2; axis++) {
            if (axis != channelAxis) {
                places[found++] = axis;
            }
        }
        return places;
    }

    /** The dimension that counts channels: the reader's, or the one that has few; -1 for none. */
    private static int channelAxis(long[] declared, Optional<InputReading> reading) {
        if (reading.isPresent() && reading.get().isConvolution()) {
            return reading.get().spatialDimensions() == 2 ? reading.get().axes()[1] : -1;
        }
        int rank = declared.length;
        int first = rank == 4 ? 1 : 0;
        for (long likely : new long[] {3, 1, 4, 2}) {
            for (int axis : new int[] {first, rank - 1}) {
                boolean others = Arrays.stream(declared)
                                .skip(first)
                                .filter(d -> d < 0 || d >= 8)
                                .count()
                        == 2;
                if (declared[axis] == likely && others) {
                    return axis;
                }
            }
        }
        return -1;
    }

    /** The only dimension behind the batch that is not 1, if it is long or open; -1 for none. */
    private static int onlyLongAxis(long[] shape) {
        int found = -1;
        for (int axis = shape.length == 1 ? 0 : 1; axis < shape.length; axis++) {
            if (shape[axis] != 1) {
                if (found >= 0) {
                    return -1;
                }
                found = axis;
            }
        }
        boolean enough = found >= 0 && (shape[found] < 0 || shape[found] >= LONGEST_FRAME_OF_FEATURES);
        return shape.length <= 3 && enough ? found : -1;
    }

    /** Half of a usual transform's length, and one. */
    private static boolean isSpectrum(long size) {
        long n = 2 * (size - 1);
        return size > 32 && (Long.bitCount(n) == 1 || n == 320 || n == 400 || n == 480 || n == 640 || n == 960);
    }

    private static int indexOf(long[] shape, long value) {
        for (int i = shape.length - 1; i > 0; i--) {
            if (shape[i] == value) {
                return i;
            }
        }
        return -1;
    }

    /** Open dimensions filled in; the first stays open where it is a batch. */
    private static long[] filled(long[] declared, int channelAxis, long channels, long side, boolean batched) {
        long[] shape = declared.clone();
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] <= 0 && !(i == 0 && batched && shape.length > 1)) {
                shape[i] = i == channelAxis ? channels : side;
            } else if (shape[i] <= 0) {
                shape[i] = -1;
            }
        }
        return shape;
    }

    /** Inputs that an output comes back to: of a like name, or of the same shape, and not the first of either. */
    private Map<String, String> states() {
        Map<String, String> states = new HashMap<>();
        Set<String> taken = new HashSet<>();
        for (TensorSpec input : inputs.subList(Math.min(1, inputs.size()), inputs.size())) {
            for (int pass = 0; pass < 2 && !states.containsKey(input.name()); pass++) {
                for (TensorSpec output : outputs.subList(Math.min(1, outputs.size()), outputs.size())) {
                    boolean named = output.name()
                            .toLowerCase(Locale.ROOT)
                            .contains(input.name().toLowerCase(Locale.ROOT));
                    boolean alike = pass == 0 ? named : isAlike(input, output);
                    if (alike && input.type() == output.type() && taken.add(output.name())) {
                        states.put(input.name(), output.name());
                        break;
                    }
                }
            }
        }
        return states;
    }

    private static boolean isAlike(TensorSpec input, TensorSpec output) {
        long[] in = input.shape();
        long[] out = output.shape();
        boolean same = in.length == out.length && in.length >= 2;
        int given = 0;
        for (int i = 0; same && i < in.length; i++) {
            same = in[i] == out[i] || in[i] <= 0 || out[i] <= 0;
            given += in[i] == out[i] && in[i] > 1 ? 1 : 0;
        }
        return same && given > 0;
    }
}
