package dev.signet.engine.winograd;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import dev.signet.engine.product.Binding;
import dev.signet.engine.product.Epilogue;
import dev.signet.engine.product.Estimate;
import dev.signet.engine.product.WeightRows;
import dev.signet.engine.product.WeightStore;
import java.util.List;

/**
 * A convolution with stride 1 and windows of 3 x 3 or 5 x 5 as a Winograd convolution ({@link dev.signet.engine.kernel.WinogradTile}).
 *
 * @param grid the tiles
 * @param groups the weights of each group
 * @param points their points, or empty arrays: they are then made in every run
 * @param epilogue what is done to finished sums
 */
public record WinogradConvolution(TileGrid grid, List<WeightRows> groups, List<float[]> points, Epilogue epilogue) {
    // Floats of the transformed tiles of a band: some of the L2 cache, or of the L3 cache where channels are many.
    private static final int BAND_FLOATS = 1 << 18;

    // Channels whose tiles a worker transforms at a time.
    private static final int CHANNELS = 16;

    /** The convolution with weights as {@code store} prepares them. */
    public static WinogradConvolution of(
            TileGrid grid, WeightStore store, Kernels kernels, List<WeightRows> groups, Epilogue epilogue) {
        List<float[]> points = groups.stream()
                .map(rows ->
                        store.prepared(rows, grid.tile(), weights -> WindowPoints.of(kernels, grid.tile(), weights)))
                .toList();
        return new WinogradConvolution(grid, groups, points, epilogue);
    }

    /** Rows of tiles of a band that make best use of strips and of the cache. */
    static int bandRows(int rows, int tilesX, int channels, int points) {
        long perRow = (long) tilesX * channels * points;
        int most = Math.clamp(BAND_FLOATS / Math.max(1, perRow), 1, rows);
        int least = Math.max(most, Math.ceilDiv(2 * TileGrid.WIDTH, tilesX));
        return Math.ceilDiv(rows, Math.ceilDiv(rows, Math.min(rows, least)));
    }

    /** What it should cost {@code workers}. */
    public Estimate estimate(int workers) {
        long products = (long) grid.images()
                * grid.groups()
                * grid.filters()
                * grid.channels()
                * grid.tile().taps()
                * grid.outputHeight()
                * grid.outputWidth();
        double cost = new ConvolutionCost(KernelChoice.kernels(), decodes(), workers).winograd(grid);
        return new Estimate("Winograd F(" + grid.tile().outputs() + ")", products, cost);
    }

    private boolean decodes() {
        return points.getFirst().length == 0;
    }

    private BandInput input() {
        return BandInput.of(grid, KernelChoice.kernels().transforms());
    }

    /** Floats of scratch memory of each worker. */
    public int scratch() {
        return Math.addExact(
                Math.addExact(input().scratch(), WinogradMultiplication.scratch(grid, decodes())),
                grid.transformedFloats() + TileGrid.WIDTH);
    }

    /** The work from {@code x} to {@code y}, images of all channels one after the other. */
    public Runnable bind(Binding binding, float[] x, float[] y) {
        Workers workers = binding.workers();
        Kernels kernels = binding.kernels();
        BandInput input = BandInput.of(grid, kernels.transforms());
        int tilesAt = 0;
        int inputAt = grid.transformedFloats() + TileGrid.WIDTH;
        int productAt = inputAt + input.scratch();
        WinogradMultiplication[] products = new WinogradMultiplication[workers.count()];
        for (int w = 0; w < products.length; w++) {
            products[w] =
                    new WinogradMultiplication(grid, kernels, epilogue, decodes(), binding.perWorker()[w], productAt);
        }
        int pieces = grid.bands() * grid.groups();
        if (grid.isSharedInBands(workers.count())) {
            Workers.Task task = (piece, worker) -> {
                int band = piece % grid.bands();
                int group = piece / grid.bands();
                float[] scratch = binding.perWorker()[worker];
                input.run(x, group, band, 0, grid.channels(), scratch, tilesAt, scratch, inputAt);
                for (int b = 0; b < grid.blocks(); b++) {
                    product(products[worker], group, b, band, 0, strips(band), scratch, y);
                }
            };
            return () -> workers.run(pieces, task);
        }
        return together(binding, input, products, inputAt, x, y);
    }

    private int strips(int band) {
        return Math.ceilDiv(grid.tiles(band), TileGrid.WIDTH);
    }

    private void product(
            WinogradMultiplication product, int group, int block, int band, int from, int to, float[] v, float[] y) {
        product.run(groups.get(group), points.get(group), group, block, band, from, to, v, 0, y);
    }

    /** With too few bands to go round, workers share the tiles of a band: first they transform channels, then they multiply. */
    private Runnable together(
            Binding binding, BandInput input, WinogradMultiplication[] products, int inputAt, float[] x, float[] y) {
        Workers workers = binding.workers();
        float[] v = binding.perWorker()[0];
        int chunks = Math.ceilDiv(grid.channels(), CHANNELS);
        int pieces = grid.bands() * grid.groups();
        Runnable[] steps = new Runnable[2 * pieces];
        for (int piece = 0; piece < pieces; piece++) {
            int band = piece % grid.bands();
            int group = piece / grid.bands();
            int strips = strips(band);
            Workers.Task transform = (chunk, worker) -> {
                int from = chunk * CHANNELS;
                int to = Math.min(grid.channels(), from + CHANNELS);
                input.run(x, group, band, from, to, v, 0, binding.perWorker()[worker], inputAt);
            };
            // Strips are shared out, too, where blocks of filters are too few.
            int parts = grid.blocks() >= 2 * workers.count() ? 1 : Math.min(strips, workers.count());
            Workers.Task multiply = (task, worker) -> {
                int part = task % parts;
                int from = strips * part / parts;
                int to = strips * (part + 1) / parts;
                product(products[worker], group, task / parts, band, from, to, v, y);
            };
            steps[2 * piece] = () -> workers.run(chunks, transform);
            steps[2 * piece + 1] = () -> workers.run(parts * grid.blocks(), multiply);
        }
        return () -> {
            for (Runnable step : steps) {
                step.run();
            }
        };
    }
}
