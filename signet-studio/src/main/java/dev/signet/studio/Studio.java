package dev.signet.studio;

import com.sun.net.httpserver.HttpServer;
import dev.signet.onnx.InputException;
import dev.signet.onnx.OutputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The server of the page. It listens on 127.0.0.1 only, and answers nobody who does not know the token in its address. Its
 * threads wait, but for one that quantizes: one job at a time has all cores.
 */
public final class Studio implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final HttpServer server;
    private final ExecutorService requests;
    private final Workshop workshop;
    private final URI address;

    private Studio(HttpServer server, ExecutorService requests, Workshop workshop, URI address) {
        this.server = server;
        this.requests = requests;
        this.workshop = workshop;
        this.address = address;
    }

    /**
     * Starts the server.
     *
     * @param port of 127.0.0.1, or 0 for any that is free
     * @param model what the page shows first; null for nothing
     * @throws InputException if the model can not be read
     * @throws OutputException if the port is taken
     */
    public static Studio start(int port, StudioLimits limits, @Nullable Path model) {
        Workshop workshop = Workshop.open(limits);
        try {
            String first = model == null ? null : workshop.add(model).id();
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port), 0);
            Gate gate = Gate.on(server.getAddress().getPort());
            ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(requests);
            server.createContext("/", new StudioHandler(gate, workshop, limits, first));
            server.start();
            return new Studio(
                    server,
                    requests,
                    workshop,
                    URI.create("http://" + LOOPBACK + ":" + gate.port() + "/" + gate.token() + "/"));
        } catch (IOException e) {
            workshop.close();
            throw OutputException.of(
                    LOOPBACK + ":" + port,
                    "can not be listened on: " + e.getMessage(),
                    "give another --port, or none for any that is free",
                    e);
        } catch (RuntimeException e) {
            workshop.close();
            throw e;
        }
    }

    /** What to open in a browser; whoever has it may use the studio. */
    public URI address() {
        return address;
    }

    /** Ends all work and removes all files. */
    @Override
    public void close() {
        server.stop(0);
        requests.shutdownNow();
        workshop.close();
    }
}
