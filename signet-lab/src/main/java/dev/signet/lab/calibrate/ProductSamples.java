package dev.signet.lab.calibrate;

/**
 * A matrix product's samples: {@code columns} columns of {@code d} inputs and {@code filters} outputs for each of
 * {@code batches} products, at any strides.
 */
record ProductSamples(int batches, int columns, Strided inputs, Strided outputs) implements LayerSamples {
    /** Value {@code (batch, row, column)} of an array stands at {@code batch * perBatch + row * perRow + column * perColumn}. */
    record Strided(float[] values, int perBatch, int perRow, int perColumn) {
        float at(int batch, int row, int column) {
            return values[batch * perBatch + row * perRow + column * perColumn];
        }
    }

    @Override
    public int line() {
        return 1;
    }

    @Override
    public int samples() {
        return lines();
    }

    @Override
    public int lines() {
        return batches * columns;
    }

    @Override
    public void input(int group, int row, int line, float[] into, int at) {
        into[at] = inputs.at(line / columns, row, line % columns);
    }

    @Override
    public void output(int group, int filter, int line, float[] into, int at) {
        into[at] = outputs.at(line / columns, filter, line % columns);
    }
}
