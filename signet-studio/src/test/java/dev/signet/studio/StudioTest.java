package dev.signet.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.signet.core.compute.Progress;
import dev.signet.lab.demo.BuiltInModel;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.ModelQuantizer;
import dev.signet.quantize.QuantizeOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server without a browser: who is let in, what is bounded, and that it makes what the library makes. */
class StudioTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final StudioLimits LIMITS = new StudioLimits(2, MemoryBudget.usual(), 400_000, 20_000);

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient client = HttpClient.newHttpClient();
    private Studio studio = Studio.start(0, LIMITS, null);

    @BeforeEach
    void check() {
        assertThat(studio.address().getHost()).isEqualTo("127.0.0.1");
    }

    @AfterEach
    void close() {
        studio.close();
        client.close();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(studio.address().resolve(path)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(studio.address().resolve(path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        return JSON.readTree(response.body());
    }

    /** The status of a request as it stands here, which no client would send. */
    private int status(String request) throws IOException {
        URI address = studio.address();
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            String line = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(line.substring(9));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/start", "/AAAAAAAAAAAAAAAAAAAAAAAA/", "/assets/studio.js", "/../start"})
    void aRequestWithoutTheTokenIsRefused(String path) throws Exception {
        HttpResponse<byte[]> response = get(path);
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .doesNotContain(studio.address().getPath());
    }

    @Test
    void anotherHostOrPageIsRefused() throws Exception {
        String path = studio.address().getPath();
        int port = studio.address().getPort();
        String get = "GET " + path + "start HTTP/1.1\r\nConnection: close\r\n";
        assertThat(status(get + "Host: 127.0.0.1:" + port + "\r\n\r\n")).isEqualTo(200);
        assertThat(status(get + "Host: localhost:" + port + "\r\n\r\n")).isEqualTo(200);
        assertThat(status(get + "Host: evil.example:" + port + "\r\n\r\n")).isEqualTo(403);
        assertThat(status(get + "Host: 127.0.0.1\r\n\r\n")).isEqualTo(403);
        assertThat(status(get + "Host: 127.0.0.1:" + port + "\r\nOrigin: http://evil.example\r\n\r\n"))
                .isEqualTo(403);
        assertThat(status(get + "Host: 127.0.0.1:" + port + "\r\nOrigin: null\r\n\r\n"))
                .isEqualTo(403);
        assertThat(status(get + "Host: 127.0.0.1:" + port + "\r\nSec-Fetch-Site: cross-site\r\n\r\n"))
                .isEqualTo(403);
        assertThat(status(get + "Host: 127.0.0.1:" + port + "\r\nOrigin: http://127.0.0.1:" + port + "\r\n\r\n"))
                .isEqualTo(200);
    }

    @Test
    void whatIsSentIsBounded() throws Exception {
        HttpResponse<byte[]> model = post("models?name=big.onnx", new byte[500_000]);
        assertThat(model.statusCode()).isEqualTo(413);
        JsonNode opened = json(post("models?builtin=FIGURES", new byte[0]));
        String id = opened.get("id").asText();
        assertThat(post("models/" + id + "/pictures?name=big.png", new byte[30_000])
                        .statusCode())
                .isEqualTo(413);
        assertThat(post("models/" + id + "/jobs", new byte[StudioLimits.REQUEST_BYTES + 1])
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void whatIsNoModelOrPictureIsSaidWithItsName() throws Exception {
        HttpResponse<byte[]> model = post("models?name=notes.onnx", "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(model.statusCode()).isEqualTo(400);
        assertThat(json(model).get("error").asText()).contains("notes.onnx").doesNotContain("/tmp");
        String id = json(post("models?builtin=GLASS", new byte[0])).get("id").asText();
        HttpResponse<byte[]> picture = post("models/" + id + "/pictures?name=p.png", new byte[] {1, 2, 3});
        assertThat(picture.statusCode()).isEqualTo(400);
        assertThat(json(picture).get("error").asText()).contains("p.png");
        assertThat(json(post("models/" + id + "/jobs", "{\"layers\":{\"a\":9}}".getBytes(StandardCharsets.UTF_8)))
                        .get("error")
                        .asText())
                .contains("1 to 8 bits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "models/00000000-0000-0000-0000-000000000000",
                "models",
                "jobs/x",
                "assets/../studio.html",
                "assets/Studio.class",
                "models/ID/heat/-1",
                "models/ID/heat/999999",
                "models/ID/pictures/99",
                "models/ID/versions/..%2f..%2fetc%2fpasswd",
                "models/ID/sights/none/0",
                "models/ID/sights"
            })
    void whatIsNotThereIsNotFound(String path) throws Exception {
        String id = json(post("models?builtin=FIGURES", new byte[0])).get("id").asText();
        assertThat(get(path.replace("ID", id)).statusCode()).isEqualTo(404);
    }

    @Test
    void aHostileNameIsTextOnly() throws Exception {
        byte[] bytes = Files.readAllBytes(BuiltInModel.FIGURES.copyTo(folder));
        String name = "../../a\"\r\nSet-Cookie: x='y';$(id)<img src=x onerror=alert(1)>.onnx";
        JsonNode opened = json(post("models?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8), bytes));
        assertThat(opened.get("name").asText()).startsWith("a\"").doesNotContain("\r", "\n");
        String id = opened.get("id").asText();
        JsonNode version = made(id, "{\"layers\":" + allLayers(opened, 2) + "}");
        assertThat(version.get("file").asText()).matches("[A-Za-z0-9._-]+-2bit\\.onnx");
        HttpResponse<byte[]> file =
                get("models/" + id + "/versions/" + version.get("id").asText());
        assertThat(file.headers().firstValue("Content-Disposition").orElse(""))
                .matches("attachment; filename=\"[A-Za-z0-9._-]+\"");
        assertThat(file.headers().map()).doesNotContainKey("set-cookie");
    }

    private static String allLayers(JsonNode model, int bits) {
        var layers = JSON.createObjectNode();
        for (JsonNode layer : model.get("layers")) {
            if (layer.get("kept").isNull()) {
                layers.put(layer.get("name").asText(), bits);
            }
        }
        return layers.toString();
    }

    /** Orders a version and waits for it. */
    private JsonNode made(String id, String order) throws Exception {
        JsonNode begun = json(post("models/" + id + "/jobs", order.getBytes(StandardCharsets.UTF_8)));
        HttpResponse<byte[]> events = get("jobs/" + begun.get("job").asText());
        assertThat(events.headers().firstValue("Content-Type").orElse("")).isEqualTo("text/event-stream");
        String all = new String(events.body(), StandardCharsets.UTF_8).strip();
        JsonNode last = JSON.readTree(all.substring(all.lastIndexOf("data: ") + "data: ".length()));
        assertThat(last.get("state").asText()).as(last.toString()).isEqualTo("DONE");
        for (JsonNode version : json(get("models/" + id)).get("versions")) {
            if (version.get("id").asText().equals(begun.get("version").asText())) {
                return version;
            }
        }
        throw new AssertionError("no version " + begun);
    }

    @Test
    void makesTheFileThatTheLibraryMakes() throws Exception {
        Path source = BuiltInModel.GLASS.copyTo(folder);
        JsonNode opened = json(post("models?name=glass.onnx", Files.readAllBytes(source)));
        String id = opened.get("id").asText();
        JsonNode version = made(id, "{\"layers\":" + allLayers(opened, 2) + "}");
        assertThat(version.get("command").asText()).isEqualTo("signet quantize glass.onnx --bits 2");
        Path target = folder.resolve("library.onnx");
        new ModelQuantizer(QuantizeOptions.defaults(2), Progress.NONE).quantize(source, target, false);
        assertThat(get("models/" + id + "/versions/2").body()).isEqualTo(Files.readAllBytes(target));

        JsonNode original = json(get("models/" + id + "/sights/float/0"));
        JsonNode small = json(get("models/" + id + "/sights/2/0"));
        assertThat(original.get("kind").asText()).isEqualTo("drawn");
        assertThat(original.get("decibels").asDouble()).isEqualTo(100);
        assertThat(small.get("decibels").asDouble()).isBetween(5.0, 40.0);
        byte[] png = get("models/" + id + "/sights/2/0.png").body();
        assertThat(png).startsWith(new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        assertThat(get("models/" + id + "/sights/float/0.png").body()).isNotEqualTo(png);
    }

    @Test
    void aClassifierShowsItsClassesByName() throws Exception {
        JsonNode opened = json(post("models?builtin=FIGURES", new byte[0]));
        String id = opened.get("id").asText();
        JsonNode sight = json(get("models/" + id + "/sights/float/0"));
        assertThat(sight.get("kind").asText()).isEqualTo("classes");
        assertThat(sight.get("classes").get(0).get("name").asText()).isEqualTo("ring");
        assertThat(opened.get("fp16Bytes").asLong()).isBetween(94_000L, 110_000L);
        assertThat(opened.get("int8Bytes").asLong()).isBetween(47_000L, 70_000L);
    }

    @Test
    void workCanBeCancelledAndLeavesNothing() throws Exception {
        String id = json(post("models?builtin=GLASS", new byte[0])).get("id").asText();
        String job = json(post("models/" + id + "/jobs", "{}".getBytes(StandardCharsets.UTF_8)))
                .get("job")
                .asText();
        HttpRequest delete = HttpRequest.newBuilder(studio.address().resolve("jobs/" + job))
                .DELETE()
                .build();
        assertThat(client.send(delete, HttpResponse.BodyHandlers.ofByteArray()).statusCode())
                .isEqualTo(200);
        String events = new String(get("jobs/" + job).body(), StandardCharsets.UTF_8);
        assertThat(events).contains("\"CANCELLED\"").doesNotContain("\"DONE\"", "\"FAILED\"");
        assertThat(json(get("models/" + id)).get("versions")).isEmpty();
    }

    @Test
    void theOldestModelGoesWhenThereAreMany() throws Exception {
        String first =
                json(post("models?builtin=FIGURES", new byte[0])).get("id").asText();
        for (int i = 0; i < StudioLimits.MODELS; i++) {
            post("models?builtin=FIGURES", new byte[0]);
        }
        assertThat(get("models/" + first).statusCode()).isEqualTo(404);
    }
}
