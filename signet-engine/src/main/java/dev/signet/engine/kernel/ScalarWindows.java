package dev.signet.engine.kernel;

/** Plain loops. */
final class ScalarWindows implements WindowKernels {
    @Override
    public void slide(
            ShiftedWindow window,
            int start,
            int end,
            float[] weights,
            int at,
            float[] x,
            int from,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        sums(window, start, end, weights, at, x, from, y, to, shift, low, high);
    }

    static void sums(
            ShiftedWindow window,
            int start,
            int end,
            float[] weights,
            int at,
            float[] x,
            int from,
            float[] y,
            int to,
            float shift,
            float low,
            float high) {
        for (ShiftedWindow.Rows rows : window.parts()) {
            for (int n = Math.max(start, rows.from()); n < Math.min(end, rows.to()); n++) {
                float sum = shift;
                for (int c = 0; c < window.columns(); c++) {
                    if (window.reads(c, n)) {
                        for (int r = rows.first(); r < rows.first() + rows.count(); r++) {
                            sum += weights[at + c * window.rows() + r] * x[from + n + window.shift(c, r)];
                        }
                    }
                }
                float raised = sum < low ? low : sum;
                y[to + n] = raised > high ? high : raised;
            }
        }
    }
}
