package dev.signet.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.signet.lab.demo.BuiltInModel;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.OutputException;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.SignetVersion;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.inspect.ModelSummary;
import dev.signet.report.PageParts;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers requests: the page, what it shows, and what it asks to be done. */
final class StudioHandler implements HttpHandler {
    /** The stops of the slider: what is looked at first comes first. */
    private static final List<Recipe> FRONTIER =
            List.of(bits(3), Recipe.USUAL, bits(2), bits(4), bits(1), bits(5), bits(6), bits(8));

    private static final long LISTENED_MILLIS = 10_000;

    private final Gate gate;
    private final Workshop workshop;
    private final StudioLimits limits;
    private final @Nullable String first;

    /** @param first the model that the page begins with; null for none */
    StudioHandler(Gate gate, Workshop workshop, StudioLimits limits, @Nullable String first) {
        this.gate = gate;
        this.workshop = workshop;
        this.limits = limits;
        this.first = first;
    }

    private static Recipe bits(int bits) {
        return new Recipe(Integer.toString(bits), List.of());
    }

    /**
     * What the page asks to be made.
     *
     * @param layers bits by tensor, 0 for float; null for all stops of the slider
     */
    record Order(@Nullable Map<String, Integer> layers) {}

    /** What the page knows before there is a model. */
    record Start(String version, @Nullable String model, List<BuiltIn> builtIn, long modelBytes, long pictureBytes) {}

    /** A model that comes with Signet. */
    record BuiltIn(String id, String text) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answers.protect(exchange);
            String path = gate.path(exchange).orElse(null);
            if (path == null) {
                Answers.error(exchange, 403, "this address is not complete: open the one that signet studio printed");
                return;
            }
            answer(exchange, path);
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        try {
            String[] parts = path.split("/", -1);
            switch (exchange.getRequestMethod()) {
                case "GET" -> get(exchange, parts);
                case "POST" -> post(exchange, parts);
                case "DELETE" -> delete(exchange, parts);
                default -> Answers.error(exchange, 405, "GET, POST and DELETE are answered");
            }
        } catch (NoSuchElementException | IndexOutOfBoundsException e) {
            Answers.error(exchange, 404, "there is no such thing here any more");
        } catch (Answers.TooLargeException e) {
            Answers.error(exchange, 413, message(e));
        } catch (JsonProcessingException | IllegalArgumentException | InputException e) {
            Answers.error(exchange, 400, message(e));
        } catch (IllegalStateException | OutOfMemoryError e) {
            Answers.error(exchange, 503, message(e));
        } catch (RuntimeException e) {
            Answers.error(exchange, 500, message(e));
        }
    }

    private void get(HttpExchange exchange, String[] parts) throws IOException {
        switch (parts[0]) {
            case "" -> Answers.bytes(exchange, 200, "text/html; charset=utf-8", Pages.bytes("studio.html"));
            case "assets" -> asset(exchange, parts[1]);
            case "start" -> Answers.json(exchange, 200, start());
            case "jobs" -> listen(exchange, workshop.job(parts[1]).orElseThrow());
            case "models" -> {
                OpenModel model = workshop.model(parts[1]).orElseThrow();
                if (parts.length == 2) {
                    Answers.json(exchange, 200, view(model));
                } else {
                    part(exchange, model, parts);
                }
            }
            default -> throw new NoSuchElementException();
        }
    }

    private Start start() {
        return new Start(
                SignetVersion.current(),
                first,
                Arrays.stream(BuiltInModel.values())
                        .map(model -> new BuiltIn(model.name(), model.text()))
                        .toList(),
                limits.modelBytes(),
                limits.pictureBytes());
    }

    private ModelView view(OpenModel model) {
        return ModelView.of(model, workshop.running(model).orElse(null));
    }

    private static void asset(HttpExchange exchange, String name) throws IOException {
        String type = name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
        byte[] body = switch (name) {
            case "studio.css", "studio.js" -> Pages.bytes(name);
            case "page.css", "theme.js", "page.js", "compare.js", "compare.css", "echarts.common.min.js" ->
                PageParts.text(name).getBytes(StandardCharsets.UTF_8);
            default -> throw new NoSuchElementException();
        };
        Answers.bytes(exchange, 200, type, body);
    }

    /** models/ID/what/... */
    private void part(HttpExchange exchange, OpenModel model, String[] parts) throws IOException {
        switch (parts[2]) {
            case "pictures" -> png(exchange, picture(model, parts[3]));
            case "heat" -> {
                ModelSummary.Weights weights = Objects.requireNonNullElseGet(
                        model.summary()
                                .layers()
                                .get(index(parts[3], model.summary().layers().size()))
                                .weights(),
                        StudioHandler::missing);
                Answers.bytes(exchange, 200, "image/png", PageParts.png(weights.heatMap()));
            }
            case "versions" -> {
                Version version = model.version(parts[3]).orElseThrow();
                Answers.file(exchange, version.file(), model.download(version));
            }
            case "sights" -> {
                boolean drawn = parts[4].endsWith(".png");
                String number = parts[4].replaceFirst("\\.png$", "");
                Sight sight = sight(model, parts[3], number);
                if (drawn) {
                    png(exchange, drawn(sight));
                } else {
                    Answers.json(
                            exchange, 200, SightView.of(sight, sight(model, ModelView.FLOAT, number), model.classes()));
                }
            }
            default -> throw new NoSuchElementException();
        }
    }

    /** Of a layer that the page shows has weights; another one was asked for by hand. */
    private static ModelSummary.Weights missing() {
        throw new NoSuchElementException();
    }

    private static Sight sight(OpenModel model, String version, String number) {
        Path file = model.file(version).orElseThrow();
        return model.gallery()
                .sight(version, file, index(number, model.gallery().pictures().size()));
    }

    private static Picture picture(OpenModel model, String number) {
        List<Gallery.Shown> pictures = model.gallery().pictures();
        return pictures.get(index(number, pictures.size())).picture();
    }

    private static Picture drawn(Sight sight) {
        return switch (sight) {
            case Sight.Drawn(Picture picture) -> picture;
            case Sight.Parts(Picture picture) -> picture;
            default -> throw new NoSuchElementException();
        };
    }

    private static int index(String text, int count) {
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) >= count) {
            throw new NoSuchElementException();
        }
        return Integer.parseInt(text);
    }

    private static void png(HttpExchange exchange, Picture picture) throws IOException {
        Answers.bytes(exchange, 200, "image/png", PageParts.png(picture));
    }

    /** A page that goes away takes its work with it, unless it comes back soon. */
    private void listen(HttpExchange exchange, Job job) throws IOException {
        job.watchers().incrementAndGet();
        try {
            Answers.events(exchange, job);
        } finally {
            job.watchers().decrementAndGet();
            if (!job.isEnded()) {
                Thread.startVirtualThread(() -> endUnlessWatched(job));
            }
        }
    }

    private static void endUnlessWatched(Job job) {
        try {
            Thread.sleep(LISTENED_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (job.watchers().get() == 0) {
            job.cancel();
        }
    }

    private void post(HttpExchange exchange, String[] parts) throws IOException {
        if (!parts[0].equals("models")) {
            throw new NoSuchElementException();
        }
        if (parts.length == 1) {
            Map<String, String> query = query(exchange);
            String builtIn = query.get("builtin");
            OpenModel model = builtIn != null
                    ? workshop.add(BuiltInModel.valueOf(builtIn.toUpperCase(Locale.ROOT)))
                    : received(exchange, query.getOrDefault("name", "model.onnx"));
            Answers.json(exchange, 200, view(model));
            return;
        }
        OpenModel model = workshop.model(parts[1]).orElseThrow();
        switch (parts.length == 3 ? parts[2] : "") {
            case "pictures" -> {
                Path folder = workshop.newFolder();
                try {
                    Path file = folder.resolve("picture");
                    Answers.keep(exchange, file, limits.pictureBytes());
                    String name = base(query(exchange).getOrDefault("name", "picture"));
                    model.gallery().add(name, read(file, name));
                } finally {
                    Workshop.remove(folder);
                }
                Answers.json(exchange, 200, view(model));
            }
            case "jobs" -> {
                Order order = Answers.read(exchange, Order.class);
                List<Recipe> recipes =
                        order.layers() == null ? FRONTIER : List.of(Recipe.of(new LinkedHashMap<>(order.layers())));
                Answers.json(
                        exchange,
                        200,
                        Map.of(
                                "job",
                                workshop.make(model, recipes).id(),
                                "version",
                                recipes.getFirst().id()));
            }
            default -> throw new NoSuchElementException();
        }
    }

    private OpenModel received(HttpExchange exchange, String given) throws IOException {
        Path folder = workshop.newFolder();
        Path file = folder.resolve("model.onnx");
        String name = base(given);
        try {
            Answers.keep(exchange, file, limits.modelBytes());
            return workshop.addSent(name, file);
        } catch (InputException e) {
            Workshop.remove(folder);
            throw new IllegalArgumentException(message(e).replace(file.toString(), name), e);
        } catch (IOException | RuntimeException e) {
            Workshop.remove(folder);
            throw e;
        }
    }

    private static Picture read(Path file, String name) {
        try {
            return Picture.read(file);
        } catch (InputException e) {
            throw new IllegalArgumentException(message(e).replace(file.toString(), name), e);
        }
    }

    private void delete(HttpExchange exchange, String[] parts) throws IOException {
        if (parts.length != 2 || !parts[0].equals("jobs")) {
            throw new NoSuchElementException();
        }
        Job job = workshop.job(parts[1]).orElseThrow();
        job.cancel();
        Answers.json(exchange, 200, job.snapshot());
    }

    /** The last part of a path, of letters that can be printed. */
    private static String base(String name) {
        String last = Messages.oneLine(name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
        return last.isBlank() ? "model.onnx" : last.substring(0, Math.min(last.length(), 200));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> values = new LinkedHashMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : (query == null ? "" : query).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    /** One line for a person. */
    static String message(Throwable e) {
        return switch (e) {
            case OutOfMemoryError _ -> "not enough memory: start signet studio with --memory 4GB or so";
            case InputException _,
                    OutputException _,
                    NotAchievedException _,
                    IllegalArgumentException _,
                    Answers.TooLargeException _ -> Messages.oneLine(String.valueOf(e.getMessage()));
            default -> Messages.oneLine("internal error: " + e);
        };
    }
}
