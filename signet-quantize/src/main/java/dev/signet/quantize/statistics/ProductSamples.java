package dev.signet.quantize.statistics;

/**
 * A matrix product's samples: {@code columns} columns of {@code d} inputs and {@code filters} outputs for each of
 * {@code batches} products, at any strides.
 */
record ProductSamples(int batches, int columns, int d, Strided inputs, Strided outputs) implements LayerSamples {
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
    public void input(int group, int row, Window.Lines lines, float[] into, int at) {
        write(inputs, row, lines, into, at);
    }

    @Override
    public void output(int group, int filter, Window.Lines lines, float[] into, int at) {
        write(outputs, filter, lines, into, at);
    }

    private void write(Strided from, int row, Window.Lines lines, float[] into, int at) {
        for (int i = 0; i < lines.count(); i++) {
            int line = lines.first() + i * lines.step();
            into[at + i] = from.at(line / columns, row, line % columns);
        }
    }

    @Override
    public void means(int group, int sample, float[] into) {
        for (int row = 0; row < into.length; row++) {
            int batch = sample / columns;
            int column = sample % columns;
            into[row] = row < d ? inputs.at(batch, row, column) : outputs.at(batch, row - d, column);
        }
    }
}
