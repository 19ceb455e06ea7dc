package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Binding;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * RNN, GRU and LSTM, in one or both directions, step by step: the product of the step's input and of the state before it with the
 * gates' weights, then the gates. Sequences of a batch are all as long as the input.
 */
final class Recurrence implements Operator {
    /** The kinds, by the number of their gates. */
    enum Kind {
        RNN(1),
        GRU(3),
        LSTM(4);

        private final int gates;

        Kind(int gates) {
            this.gates = gates;
        }
    }

    private final Kind kind;

    Recurrence(Kind kind) {
        this.kind = kind;
    }

    /**
     * What a node says.
     *
     * @param steps length of the sequences
     * @param batch number of sequences
     * @param inputs values of a step's input
     * @param hidden values of a state
     * @param directions 1 or 2
     * @param backward whether the first direction is from the end
     * @param linear whether GRU's reset gate is applied after the product
     * @param clip largest absolute value of what goes into a gate
     * @param functions names of the gates' functions, for each direction
     */
    private record Layer(
            Kind kind,
            int steps,
            int batch,
            int inputs,
            int hidden,
            int directions,
            boolean backward,
            boolean linear,
            float clip,
            List<String> functions) {
        int rows() {
            return kind.gates * hidden;
        }

        String function(int direction, int i) {
            return functions.get(direction * functions.size() / directions + i);
        }

        // Sums of inputs and of states, the state and the cell.
        int scratch() {
            return Math.addExact(2 * rows(), 2 * hidden);
        }
    }

    @Override
    public Computation plan(Node node, Operands in) {
        in.floating(0);
        Shape x = in.shape(0, 3, 3);
        Shape w = in.shape(1, 3, 3);
        Shape r = in.shape(2, 3, 3);
        if (node.attributes().integer("layout", 0) != 0) {
            throw node.error("layout 1 is not supported");
        }
        String direction = node.attributes().text("direction", "forward");
        int directions = direction.equals("bidirectional") ? 2 : 1;
        int hidden = r.dim(2);
        int rows = Math.multiplyExact(kind.gates, hidden);
        if (!w.equals(new Shape(directions, rows, x.dim(2))) || !r.equals(new Shape(directions, rows, hidden))) {
            throw node.error("weights %s and %s do not fit input %s".formatted(w, r, x));
        }
        if (in.has(3) && !in.shape(3).equals(new Shape(directions, 2 * rows))) {
            throw node.error("a bias of %s for weights %s".formatted(in.shape(3), w));
        }
        if (in.has(4)) {
            for (long length : in.integers(4, "the lengths of sequences")) {
                if (length != x.dim(0)) {
                    throw node.error("sequences of different lengths are not supported");
                }
            }
        }
        if (in.has(7) || node.attributes().flag("input_forget", false)) {
            throw node.error("peepholes and coupled gates are not supported");
        }
        Layer layer = new Layer(
                kind,
                x.dim(0),
                x.dim(1),
                x.dim(2),
                hidden,
                directions,
                direction.equals("reverse"),
                node.attributes().flag("linear_before_reset", false),
                node.attributes().number("clip", Float.POSITIVE_INFINITY),
                functions(node, directions));
        Shape state = new Shape(directions, layer.batch(), hidden);
        for (int i = 5; i <= 6; i++) {
            if (in.has(i) && !in.shape(i).equals(state)) {
                throw node.error("an initial state of %s where %s is expected".formatted(in.shape(i), state));
            }
        }
        TensorType all = TensorType.floats(new Shape(layer.steps(), directions, layer.batch(), hidden));
        TensorType last = TensorType.floats(state);
        List<TensorType> outputs = kind == Kind.LSTM ? List.of(all, last, last) : List.of(all, last);
        return new Computation.Work(outputs, layer.scratch(), 0, binding -> {
            Run run = new Run(layer, binding);
            return run::run;
        });
    }

    private List<String> functions(Node node, int directions) {
        List<String> usual = switch (kind) {
            case RNN -> List.of("tanh");
            case GRU -> List.of("sigmoid", "tanh");
            case LSTM -> List.of("sigmoid", "tanh", "tanh");
        };
        List<String> given = node.attributes().texts("activations").stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        if (given.isEmpty()) {
            return Collections.nCopies(directions, usual).stream()
                    .flatMap(List::stream)
                    .toList();
        }
        boolean known = given.stream()
                .allMatch(name -> List.of("sigmoid", "tanh", "relu").contains(name));
        if (!known || given.size() != directions * usual.size()) {
            throw node.error("activations %s are not supported".formatted(given));
        }
        return given;
    }

    /** The work on the buffers of one session. */
    private static final class Run {
        private final Layer layer;
        private final Kernels kernels;
        private final float[] x;
        private final float[] w;
        private final float[] r;
        private final float[] bias;
        private final float[] firstState;
        private final float[] firstCell;
        private final float[] y;
        private final float[] lastState;
        private final float[] lastCell;
        // Scratch memory: gates from the input, gates from the state, the state, the cell.
        private final float[] scratch;
        private final int fromState;
        private final int state;
        private final int cell;

        Run(Layer layer, Binding binding) {
            this.layer = layer;
            kernels = binding.kernels();
            x = binding.in(0);
            w = binding.in(1);
            r = binding.in(2);
            bias = given(binding, 3);
            firstState = given(binding, 5);
            firstCell = given(binding, 6);
            y = binding.out(0);
            lastState = binding.out(1);
            lastCell = layer.kind() == Kind.LSTM ? binding.out(2) : new float[0];
            scratch = binding.shared();
            fromState = layer.rows();
            state = 2 * layer.rows();
            cell = state + layer.hidden();
        }

        private static float[] given(Binding binding, int i) {
            return i < binding.inputs().size() ? binding.in(i) : new float[0];
        }

        void run() {
            for (int d = 0; d < layer.directions(); d++) {
                for (int n = 0; n < layer.batch(); n++) {
                    sequence(d, n);
                }
            }
        }

        private void sequence(int direction, int n) {
            int hidden = layer.hidden();
            int at = (direction * layer.batch() + n) * hidden;
            start(firstState, at, state);
            start(firstCell, at, cell);
            boolean backward = direction == 1 || layer.backward();
            for (int s = 0; s < layer.steps(); s++) {
                int step = backward ? layer.steps() - 1 - s : s;
                products(direction, step, n);
                switch (layer.kind()) {
                    case RNN -> simple(direction);
                    case GRU -> gru(direction);
                    case LSTM -> lstm(direction);
                }
                int to = ((step * layer.directions() + direction) * layer.batch() + n) * hidden;
                System.arraycopy(scratch, state, y, to, hidden);
            }
            System.arraycopy(scratch, state, lastState, at, hidden);
            if (lastCell.length > 0) {
                System.arraycopy(scratch, cell, lastCell, at, hidden);
            }
        }

        private void start(float[] from, int at, int to) {
            if (from.length > 0) {
                System.arraycopy(from, at, scratch, to, layer.hidden());
            } else {
                Arrays.fill(scratch, to, to + layer.hidden(), 0);
            }
        }

        private void products(int direction, int step, int n) {
            int rows = layer.rows();
            int hidden = layer.hidden();
            int input = (step * layer.batch() + n) * layer.inputs();
            kernels.dots(rows, layer.inputs(), w, direction * rows * layer.inputs(), x, input, scratch, 0);
            kernels.dots(rows, hidden, r, direction * rows * hidden, scratch, state, scratch, fromState);
            if (bias.length > 0) {
                int at = direction * 2 * rows;
                kernels.add(scratch, 0, bias, at, scratch, 0, rows);
                kernels.add(scratch, fromState, bias, at + rows, scratch, fromState, rows);
            }
        }

        private void add(int from, int n) {
            kernels.add(scratch, from, scratch, fromState + from, scratch, from, n);
            clip(from, n);
        }

        private void clip(int from, int n) {
            if (layer.clip() < Float.POSITIVE_INFINITY) {
                kernels.affineClip(scratch, from, scratch, from, n, 1, 0, -layer.clip(), layer.clip());
            }
        }

        private void apply(int direction, int function, int from, int n) {
            switch (layer.function(direction, function)) {
                case "sigmoid" -> kernels.functions().sigmoid(scratch, from, scratch, from, n);
                case "tanh" -> kernels.functions().tanh(scratch, from, scratch, from, n);
                default -> kernels.leakyRelu(scratch, from, scratch, from, n, 0);
            }
        }

        private void simple(int direction) {
            add(0, layer.hidden());
            apply(direction, 0, 0, layer.hidden());
            System.arraycopy(scratch, 0, scratch, state, layer.hidden());
        }

        // Gates: update z, reset r, candidate h.
        private void gru(int direction) {
            int hidden = layer.hidden();
            add(0, 2 * hidden);
            apply(direction, 0, 0, 2 * hidden);
            int candidate = 2 * hidden;
            if (layer.linear()) {
                kernels.multiply(
                        scratch, hidden, scratch, fromState + candidate, scratch, fromState + candidate, hidden);
            } else {
                int rows = layer.rows();
                int weights = (direction * rows + candidate) * hidden;
                kernels.multiply(scratch, hidden, scratch, state, scratch, fromState, hidden);
                kernels.dots(hidden, hidden, r, weights, scratch, fromState, scratch, fromState + candidate);
                if (bias.length > 0) {
                    int at = direction * 2 * rows + rows + candidate;
                    kernels.add(scratch, fromState + candidate, bias, at, scratch, fromState + candidate, hidden);
                }
            }
            add(candidate, hidden);
            apply(direction, 1, candidate, hidden);
            for (int i = 0; i < hidden; i++) {
                float z = scratch[i];
                scratch[state + i] = (1 - z) * scratch[candidate + i] + z * scratch[state + i];
            }
        }

        // Gates: input i, output o, forget f, cell c.
        private void lstm(int direction) {
            int hidden = layer.hidden();
            add(0, 4 * hidden);
            apply(direction, 0, 0, 3 * hidden);
            apply(direction, 1, 3 * hidden, hidden);
            for (int i = 0; i < hidden; i++) {
                float kept = scratch[2 * hidden + i] * scratch[cell + i];
                scratch[cell + i] = kept + scratch[i] * scratch[3 * hidden + i];
            }
            System.arraycopy(scratch, cell, scratch, 0, hidden);
            apply(direction, 2, 0, hidden);
            kernels.multiply(scratch, hidden, scratch, 0, scratch, state, hidden);
        }
    }
}
