package dev.signet.engine.product;

import dev.signet.core.compute.Workers;
import dev.signet.engine.kernel.KernelChoice;
import dev.signet.engine.kernel.Kernels;
import java.util.List;

/**
 * A grouped convolution as products of weights and taps, with the bands of the output shared out to the workers.
 *
 * @param taps what an output reads, the same in every group
 * @param groups the product of each group; all have as many rows
 * @param epilogue what is done to finished sums
 * @param images images in the batch
 * @param target where the outputs go
 */
public record SlidingConvolution(Taps taps, List<Product> groups, Epilogue epilogue, int images, Target target) {
    /**
     * Where output {@code (r, c)} goes in an output image: {@code (startY + r * stepY, startX + c * stepX)}.
     *
     * @param height height of the output image
     * @param width its width
     */
    public record Target(int height, int width, int startY, int startX, int stepY, int stepX) {
        /** Every output in its own place. */
        public static Target dense(int height, int width) {
            return new Target(height, width, 0, 0, 1, 1);
        }
    }

    /** The same with other weights. */
    public SlidingConvolution with(List<Product> others) {
        return new SlidingConvolution(taps, others, epilogue, images, target);
    }

    /**
     * The products of the groups.
     *
     * @param constant whether the weights are the same in every run
     */
    public static List<Product> products(Means means, Taps taps, List<WeightRows> groups, boolean constant) {
        int columns = taps.columns(taps.bandRows);
        return groups.stream()
                .map(rows -> Product.of(means, rows, taps.offsets, columns, constant))
                .toList();
    }

    /** What it should cost. */
    public Estimate estimate() {
        Product product = groups.getFirst();
        Kernels kernels = KernelChoice.kernels();
        int last = taps.rows(taps.bands() - 1);
        Estimate bands = CostModel.product(kernels, product, taps.columns(taps.bandRows))
                .times(taps.bands() - 1L)
                .plus(CostModel.product(kernels, product, taps.columns(last)));
        Estimate all = bands.times((long) groups.size() * images);
        long products =
                (long) product.weights().rows() * product.weights().depth() * taps.outputHeight * taps.outputWidth;
        return new Estimate(all.strategy(), products * groups.size() * images, CostModel.CALL + all.cost());
    }

    /** Floats of scratch memory for each worker. */
    public int scratch() {
        return Math.addExact(sums(), taps.planeFloats());
    }

    private int sums() {
        return groups.getFirst().scratch(taps.columns(taps.bandRows));
    }

    /** The work from {@code x} to {@code y}, images of all channels one after the other. */
    public Runnable bind(Binding binding, float[] x, float[] y) {
        int rows = groups.getFirst().weights().rows();
        Workers workers = binding.workers();
        int pieces = images * groups.size() * taps.bands();
        // With too few bands to go round, workers share a band and each takes some of the filters.
        int enough = groups.getFirst().enoughPieces(workers.count());
        int chunks = workers.count() > 1 && pieces < enough ? workers.count() : 1;
        int unit = groups.getFirst().rowUnit();
        int chunkRows = Math.ceilDiv(Math.ceilDiv(rows, chunks), unit) * unit;
        int usedChunks = Math.ceilDiv(rows, chunkRows);
        Band[] bands = new Band[workers.count()];
        for (int w = 0; w < bands.length; w++) {
            bands[w] = new Band(binding, x, y, w);
        }
        Workers.Task task = (piece, worker) -> {
            int chunk = piece % usedChunks;
            int first = chunk * chunkRows;
            bands[worker].run(piece / usedChunks, first, Math.min(rows, first + chunkRows));
        };
        int tasks = pieces * usedChunks;
        return () -> workers.run(tasks, task);
    }

    /** One worker's view of the work; mutable, so that nothing is allocated for a band. */
    private final class Band implements Product.RowSink {
        private final Kernels kernels;
        private final float[] x;
        private final float[] y;
        private final float[] scratch;
        private int channel;
        private int image;
        private int firstRow;
        private int rows;

        Band(Binding binding, float[] x, float[] y, int worker) {
            kernels = binding.kernels();
            this.x = x;
            this.y = y;
            scratch = binding.perWorker()[worker];
        }

        void run(int piece, int from, int to) {
            int band = piece % taps.bands();
            int group = piece / taps.bands() % groups.size();
            int filters = groups.getFirst().weights().rows();
            image = piece / taps.bands() / groups.size();
            channel = group * filters;
            firstRow = band * taps.bandRows;
            rows = taps.rows(band);
            int imageStart = (image * groups.size() + group) * taps.channels * taps.inputHeight * taps.inputWidth;
            int columns = taps.columns(rows);
            if (taps.direct) {
                groups.get(group).run(from, to, x, imageStart + firstRow * taps.rowStride, columns, scratch, this);
            } else {
                int plane = sums();
                taps.copy(kernels, x, imageStart, band, scratch, plane);
                groups.get(group).run(from, to, scratch, plane, columns, scratch, this);
            }
        }

        @Override
        public float[] target() {
            return y;
        }

        @Override
        public int place(int row) {
            int width = taps.outputWidth;
            boolean whole = target.stepX == 1 && target.stepY == 1 && taps.rowStride == width && target.width == width;
            return whole ? plane(row) + (target.startY + firstRow) * width : -1;
        }

        private int plane(int row) {
            int filters = groups.size() * groups.getFirst().weights().rows();
            return (image * filters + channel + row) * target.height * target.width;
        }

        @Override
        public void acceptInPlace(int row) {
            if (!epilogue.isIdentity(channel + row)) {
                accept(row, y, place(row));
            }
        }

        @Override
        public void accept(int row, float[] c, int at) {
            int filter = channel + row;
            int plane = plane(row);
            int width = taps.outputWidth;
            if (place(row) >= 0) {
                epilogue.apply(kernels, filter, c, at, y, place(row), rows * width);
                return;
            }
            for (int r = 0; r < rows; r++) {
                int from = at + r * taps.rowStride;
                int to = plane + (target.startY + (firstRow + r) * target.stepY) * target.width + target.startX;
                if (target.stepX == 1) {
                    epilogue.apply(kernels, filter, c, from, y, to, width);
                } else {
                    epilogue.apply(kernels, filter, c, from, c, from, width);
                    for (int i = 0; i < width; i++) {
                        y[to + i * target.stepX] = c[from + i];
                    }
                }
            }
        }
    }
}
