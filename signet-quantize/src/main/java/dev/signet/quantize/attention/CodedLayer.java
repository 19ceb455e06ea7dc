package dev.signet.quantize.attention;

import dev.signet.core.GroupLayout;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;

/**
 * Filters with the codes that the solver chose for some heat map: as long as these stay, the error of each output is a smooth
 * function of the heat map.
 *
 * @param weights the weights that were quantized
 * @param weight what the solver made of them
 * @param codes of each weight; bit i is set where plane i is +1
 * @param errors of each filter
 */
record CodedLayer(WeightMatrix weights, MultiBitWeight weight, byte[] codes, OutputError[] errors) {
    /** Rows of weights that share no coefficients with others: filters, or the whole layer as one. */
    int rows() {
        return weight.layout().rows();
    }

    private int filtersOfRow() {
        return weights.filters() / rows();
    }

    /** The error of a row's outputs with the coefficients that the solver chose, summed over its filters. */
    double error(int row) {
        double sum = 0;
        for (int f = row * filtersOfRow(); f < (row + 1) * filtersOfRow(); f++) {
            sum += errors[f].at(CodeColumns.of(weight, f, weights.inputs()).coefficients());
        }
        return sum;
    }

    /**
     * The error of a row's outputs with the coefficients that a heat map gives to these codes, summed over its filters.
     *
     * @param importance u of all weights
     * @param byImportance receives the derivative by u of the row's weights
     */
    double error(int row, double[] importance, double[] byImportance) {
        GroupLayout layout = weight.layout();
        int first = row * layout.groupsPerRow();
        int perGroup = CodeColumns.perGroup(weight);
        var fits = new CoefficientFit[layout.groupsPerRow()];
        double[] a = new double[fits.length * perGroup];
        for (int g = 0; g < fits.length; g++) {
            fits[g] = new CoefficientFit(weight.bits(), weight.offsets().length > 0);
            double[] fitted =
                    fits[g].fit(weights.values(), codes, importance, layout.start(first + g), layout.length(first + g));
            System.arraycopy(fitted, 0, a, g * perGroup, perGroup);
        }
        double sum = 0;
        double[] byCoefficient = new double[a.length];
        for (int f = row * filtersOfRow(); f < (row + 1) * filtersOfRow(); f++) {
            double[] gradient = new double[a.length];
            sum += errors[f].at(a, gradient);
            for (int c = 0; c < a.length; c++) {
                byCoefficient[c] += gradient[c];
            }
        }
        for (int g = 0; g < fits.length; g++) {
            double[] ofGroup = new double[perGroup];
            System.arraycopy(byCoefficient, g * perGroup, ofGroup, 0, perGroup);
            fits[g].backward(ofGroup, byImportance);
        }
        return sum;
    }
}
