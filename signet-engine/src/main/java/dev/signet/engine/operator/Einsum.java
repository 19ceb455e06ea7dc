package dev.signet.engine.operator;

import dev.signet.engine.graph.Node;
import dev.signet.engine.tensor.Shape;
import dev.signet.engine.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Einsum without ellipsis: for every output a sum over the indices that it does not have. */
final class Einsum implements Operator {
    @Override
    public Computation plan(Node node, Operands in) {
        String equation = node.attributes().text("equation", "").replace(" ", "");
        if (!equation.matches("[A-Za-z]*(,[A-Za-z]*)*(->[A-Za-z]*)?")) {
            throw node.error("the equation '%s' is not supported".formatted(equation));
        }
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (terms.length != in.count()) {
            throw node.error(String.format(Locale.ROOT, "the equation '%s' for %d inputs", equation, in.count()));
        }
        Map<Character, Integer> sizes = sizes(node, in, terms);
        String output = sides.length == 2 ? sides[1] : implied(sides[0]);
        List<Character> kept = letters(output);
        List<Character> summed = new ArrayList<>(sizes.keySet());
        if (!summed.containsAll(kept) || kept.stream().distinct().count() < kept.size()) {
            throw node.error("the equation '%s' is not supported".formatted(equation));
        }
        summed.removeAll(kept);
        Shape y = shape(kept, sizes);
        Shape sum = shape(summed, sizes);
        int[][] starts = new int[terms.length][];
        int[][] steps = new int[terms.length][];
        for (int i = 0; i < terms.length; i++) {
            Map<Character, Integer> strides = strides(terms[i], in.shape(i));
            starts[i] = new Broadcast(y, along(kept, strides)).offsets();
            steps[i] = new Broadcast(sum, along(summed, strides)).offsets();
        }
        return Computation.of(TensorType.floats(y), binding -> {
            float[][] x = new float[terms.length][];
            for (int i = 0; i < x.length; i++) {
                x[i] = binding.in(i);
            }
            float[] to = binding.out(0);
            return () -> {
                for (int i = 0; i < starts[0].length; i++) {
                    to[i] = sum(x, starts, steps, i);
                }
            };
        });
    }

    private static float sum(float[][] x, int[][] starts, int[][] steps, int i) {
        double sum = 0;
        for (int k = 0; k < steps[0].length; k++) {
            double product = 1;
            for (int t = 0; t < x.length; t++) {
                product *= x[t][starts[t][i] + steps[t][k]];
            }
            sum += product;
        }
        return (float) sum;
    }

    private static Map<Character, Integer> sizes(Node node, Operands in, String[] terms) {
        Map<Character, Integer> sizes = new LinkedHashMap<>();
        for (int i = 0; i < terms.length; i++) {
            in.floating(i);
            Shape x = in.shape(i);
            if (x.rank() != terms[i].length()) {
                throw node.error("'%s' for an input of shape %s".formatted(terms[i], x));
            }
            for (int d = 0; d < x.rank(); d++) {
                Integer before = sizes.put(terms[i].charAt(d), x.dim(d));
                if (before != null && before != x.dim(d)) {
                    throw node.error(String.format(
                            Locale.ROOT, "index '%c' is both %d and %d long", terms[i].charAt(d), before, x.dim(d)));
                }
            }
        }
        return sizes;
    }

    // The letters that stand once, in alphabetical order.
    private static String implied(String terms) {
        Map<Character, Integer> counts = new TreeMap<>();
        letters(terms.replace(",", "")).forEach(letter -> counts.merge(letter, 1, Integer::sum));
        StringBuilder output = new StringBuilder();
        counts.forEach((letter, count) -> output.append(count == 1 ? String.valueOf(letter) : ""));
        return output.toString();
    }

    private static List<Character> letters(String text) {
        return text.chars().mapToObj(c -> (char) c).toList();
    }

    private static Shape shape(List<Character> letters, Map<Character, Integer> sizes) {
        return new Shape(letters.stream().mapToInt(sizes::get).toArray());
    }

    // A letter that stands twice in a term runs along the diagonal.
    private static Map<Character, Integer> strides(String term, Shape x) {
        Map<Character, Integer> strides = new LinkedHashMap<>();
        int[] own = x.strides();
        for (int d = 0; d < own.length; d++) {
            strides.merge(term.charAt(d), own[d], Integer::sum);
        }
        return strides;
    }

    private static int[] along(List<Character> letters, Map<Character, Integer> strides) {
        return letters.stream()
                .mapToInt(letter -> strides.getOrDefault(letter, 0))
                .toArray();
    }
}
