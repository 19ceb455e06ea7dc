package dev.signet.engine.product;

import dev.signet.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * A sliding window over an image as a list of taps, and the memory layout that turns it into a product without im2col.
 *
 * <p>Output {@code (r, c)} reads, for every tap t, the input at {@code (r * strideY + y[t], c * strideX + x[t])}, zero
 * outside the image. The input of a band of output rows is copied into padded planes, one for each channel and each phase
 * {@code (iy mod strideY, ix mod strideX)} that a tap reads; all planes have the row stride {@link #rowStride}, so output
 * {@code (r, c)} is column {@code r * rowStride + c} of the product and a tap is one fixed offset. Columns between the
 * image's width and the row stride are computed and thrown away.
 */
public final class Taps {
    // What the planes of a band may take: half of a usual L2 cache, in floats.
    private static final int BAND_FLOATS = 1 << 17;

    // More columns would not make better use of a panel of weights, but push the sums out of the L2 cache.
    private static final int BAND_COLUMNS = 1024;

    // Images of so many columns at most, whose channels are read where they are, may be twice as large in one band.
    private static final int WHOLE_COLUMNS = 256;

    // Fewer columns are not worth a band of their own.
    private static final int LEAST_COLUMNS = 96;

    final int channels;
    final int inputHeight;
    final int inputWidth;
    public final int outputHeight;
    public final int outputWidth;
    final int rowStride;
    /** Output rows of a band; the last band may have fewer. */
    final int bandRows;
    /** For every channel and tap, where its row of the right matrix starts. */
    final int[] offsets;

    private final int strideY;
    private final int strideX;
    private final int[] phasesY;
    private final int[] phasesX;
    private final int minShiftY;
    private final int minShiftX;
    private final int lead;
    private final int planeRows;
    private final int planeSize;

    /** Whether the planes would be the input itself, so that nothing needs to be copied. */
    final boolean direct;

    public Taps(
            int channels,
            int inputHeight,
            int inputWidth,
            int outputHeight,
            int outputWidth,
            int strideY,
            int strideX,
            int[] y,
            int[] x,
            int workers) {
        this.channels = channels;
        this.inputHeight = inputHeight;
        this.inputWidth = inputWidth;
        this.outputHeight = outputHeight;
        this.outputWidth = outputWidth;
        this.strideY = strideY;
        this.strideX = strideX;
        phasesY = phases(y, strideY);
        phasesX = phases(x, strideX);
        minShiftY = minShift(y, strideY);
        minShiftX = minShift(x, strideX);
        int reachY = maxShift(y, strideY) - minShiftY;
        int reachX = maxShift(x, strideX) - minShiftX;

        // With stride 1 the zeros at the end of a row can serve as those before the start of the next.
        int left = -minShiftX;
        int right = outputWidth + reachX - left - inputWidth;
        boolean shared = strideX == 1 && left >= 0 && right >= 0 && inputWidth + Math.max(left, right) >= outputWidth;
        rowStride = shared ? inputWidth + Math.max(left, right) : outputWidth + reachX;
        lead = shared ? left : 0;
        direct = strideY == 1
                && strideX == 1
                && y.length == 1
                && y[0] == 0
                && x[0] == 0
                && outputHeight == inputHeight
                && outputWidth == inputWidth;

        int planes = Math.multiplyExact(channels, phasesY.length * phasesX.length);
        long perRow = (long) planes * rowStride;
        // An image of a few columns is not cut for the last half of them.
        boolean whole = direct && (long) outputHeight * rowStride <= WHOLE_COLUMNS;
        long rows = Math.clamp(
                (whole ? 2L : 1L) * BAND_FLOATS / Math.max(1, perRow) - reachY,
                1,
                Math.max(1, BAND_COLUMNS / Math.max(1, rowStride)));
        // Bands of equal size, so that workers finish together.
        long bands = Math.max(1, Math.ceilDiv(outputHeight, rows));
        if (bands < workers && (long) outputHeight * rowStride >= (long) workers * LEAST_COLUMNS) {
            bands = workers;
        }
        bandRows = Math.toIntExact(Math.max(1, Math.ceilDiv(outputHeight, bands)));
        planeRows = bandRows + reachY;
        planeSize = direct
                ? Math.multiplyExact(inputHeight, inputWidth)
                : Math.addExact(Math.multiplyExact(planeRows, rowStride), lead + reachX);
        offsets = new int[Math.multiplyExact(channels, y.length)];
        for (int c = 0; c < channels; c++) {
            for (int t = 0; t < y.length; t++) {
                int py = Arrays.binarySearch(phasesY, Math.floorMod(y[t], strideY));
                int px = Arrays.binarySearch(phasesX, Math.floorMod(x[t], strideX));
                int plane = (c * phasesY.length + py) * phasesX.length + px;
                offsets[c * y.length + t] = Math.addExact(
                        Math.multiplyExact(plane, planeSize),
                        (Math.floorDiv(y[t], strideY) - minShiftY) * rowStride
                                + Math.floorDiv(x[t], strideX)
                                - minShiftX);
            }
        }
    }

    private static int[] phases(int[] taps, int stride) {
        return Arrays.stream(taps)
                .map(t -> Math.floorMod(t, stride))
                .distinct()
                .sorted()
                .toArray();
    }

    private static int minShift(int[] taps, int stride) {
        return Arrays.stream(taps).map(t -> Math.floorDiv(t, stride)).min().orElse(0);
    }

    private static int maxShift(int[] taps, int stride) {
        return Arrays.stream(taps).map(t -> Math.floorDiv(t, stride)).max().orElse(0);
    }

    /** Number of bands. */
    int bands() {
        return Math.ceilDiv(outputHeight, bandRows);
    }

    /** Output rows of band {@code band}. */
    int rows(int band) {
        return Math.min(bandRows, outputHeight - band * bandRows);
    }

    /** Columns of the product for a band of {@code rows} rows. */
    int columns(int rows) {
        return (rows - 1) * rowStride + outputWidth;
    }

    /** Floats that {@link #copy} needs. */
    int planeFloats() {
        return direct
                ? 0
                : Math.addExact(
                        Math.multiplyExact(Math.multiplyExact(channels, phasesY.length * phasesX.length), planeSize),
                        Kernels.COLUMNS);
    }

    /** Copies what band {@code band} of an image reads into padded planes at {@code planes[at..]}. */
    void copy(Kernels kernels, float[] image, int imageOffset, int band, float[] planes, int at) {
        int firstRow = band * bandRows + minShiftY;
        int plane = at;
        for (int c = 0; c < channels; c++) {
            int channel = imageOffset + c * inputHeight * inputWidth;
            for (int py : phasesY) {
                for (int px : phasesX) {
                    copyPlane(kernels, image, channel, firstRow, py, px, planes, plane);
                    plane += planeSize;
                }
            }
        }
    }

    private void copyPlane(
            Kernels kernels, float[] image, int channel, int firstRow, int py, int px, float[] planes, int plane) {
        // Plane column u holds the input's column strideX * (u + minShiftX) + px:
        // the first and the last that are in the image.
        int start = Math.min(rowStride, Math.max(0, -minShiftX) - lead);
        int firstColumn = strideX * (start + lead + minShiftX) + px;
        int available = firstColumn >= inputWidth ? 0 : (inputWidth - 1 - firstColumn) / strideX + 1;
        int count = Math.max(0, Math.min(available, rowStride - start));
        int end = plane + planeSize;
        Arrays.fill(planes, plane, plane + lead, 0);
        int to = plane + lead;
        for (int q = 0; q < planeRows; q++, to += rowStride) {
            int row = strideY * (firstRow + q) + py;
            if (row < 0 || row >= inputHeight || count == 0) {
                Arrays.fill(planes, to, to + rowStride, 0);
                continue;
            }
            int from = channel + row * inputWidth + firstColumn;
            Arrays.fill(planes, to, to + start, 0);
            if (strideX == 1) {
                System.arraycopy(image, from, planes, to + start, count);
            } else if (strideX == 2) {
                kernels.everySecond(image, from, planes, to + start, count);
            } else {
                for (int i = 0; i < count; i++) {
                    planes[to + start + i] = image[from + i * strideX];
                }
            }
            Arrays.fill(planes, to + start + count, to + rowStride, 0);
        }
        Arrays.fill(planes, to, end, 0);
    }
}
