package dev.signet.engine.product;

/**
 * Weights of a ConvTranspose, stored [channels, filters, kernel], read as rows of filters.
 *
 * @param values all weights
 * @param firstChannel the first channel of the group
 * @param channels channels of the group
 * @param filters filters of the group
 * @param kernelSize taps of a kernel slice
 */
public record TransposedRows(float[] values, int firstChannel, int channels, int filters, int kernelSize)
        implements WeightRows {
    @Override
    public int rows() {
        return filters;
    }

    @Override
    public int depth() {
        return channels * kernelSize;
    }

    @Override
    public void read(int row, int from, int length, float[] to, int at) {
        for (int done = 0; done < length; ) {
            int channel = (from + done) / kernelSize;
            int tap = (from + done) % kernelSize;
            int n = Math.min(length - done, kernelSize - tap);
            int start = ((firstChannel + channel) * filters + row) * kernelSize + tap;
            System.arraycopy(values, start, to, at + done, n);
            done += n;
        }
    }
}
