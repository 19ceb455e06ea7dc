package dev.signet.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Headless Chromium as it is installed: nothing is downloaded. */
public final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of(System.getProperty("signet.chromium", "/usr/bin/chromium"));
    private static final Path DRIVER = Path.of(System.getProperty("signet.chromedriver", "/usr/bin/chromedriver"));

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** What is missing to run tests in a browser, or null if all is there. */
    public static @Nullable String missing() {
        for (Path file : List.of(CHROMIUM, DRIVER)) {
            if (!Files.isExecutable(file)) {
                return "The report was NOT tested in a browser: there is no %s. Install Debian's chromium and chromium-driver, or"
                                .formatted(file)
                        + " say where they are with -Dsignet.chromium and -Dsignet.chromedriver.";
            }
        }
        return null;
    }

    /** A browser of its own, with what it keeps in {@code profile}. */
    public static Browser start(Path profile) {
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toString());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile);
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** Opens a file in a window of this size, light or dark as the reader's system is. */
    public void open(Path file, int width, int height, boolean dark) {
        open(file.toUri().toString(), width, height, dark);
    }

    /** The same with an address. */
    public void open(String address, int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        // What the browser did by itself when it started is not the page's.
        complaints();
        requests();
        driver.get(address);
    }

    /** Runs a function's body, which may wait for promises. */
    public Object run(String script) {
        Object result = driver.executeAsyncScript("const done = arguments[arguments.length - 1]; (async () => {"
                + script + "})().then(done, e => done('' + e));");
        return result == null ? "" : result;
    }

    /** Scrolls from the top to the end, so that all that waits to be seen is drawn, and back. */
    public void readAll() {
        run("""
            document.querySelectorAll('details').forEach(d => d.open = true);
            await new Promise(r => setTimeout(r, 50));
            for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
              scrollTo({ top: y, behavior: 'instant' });
              await new Promise(r => requestAnimationFrame(() => setTimeout(r, 15)));
            }
            scrollTo({ top: 0, behavior: 'instant' });
            await Promise.all(Array.from(document.images).map(i => i.decode()));
            await new Promise(r => setTimeout(r, 100));\
            """);
    }

    /** Errors and warnings since the last call. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(entry.getMessage());
            }
        }
        return complaints;
    }

    /** Addresses that were asked for since the last call, but for those inside the page and files. */
    public List<String> requests() {
        List<String> requests = new ArrayList<>();
        var address = java.util.regex.Pattern.compile("\"request\":\\{.*?\"url\":\"([^\"]*)\"");
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            var match = address.matcher(entry.getMessage());
            if (entry.getMessage().contains("Network.requestWillBeSent\"")
                    && match.find()
                    && !match.group(1).matches("(file|data|blob):.*")) {
                requests.add(match.group(1));
            }
        }
        return requests;
    }

    /** The whole window as a PNG file. */
    public void screenshot(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Selenium's own view of it: for keys, files and windows. */
    public ChromeDriver driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
