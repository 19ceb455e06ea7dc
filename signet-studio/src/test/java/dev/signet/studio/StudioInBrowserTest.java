package dev.signet.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.lab.demo.BuiltInModel;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.image.Picture;
import dev.signet.testkit.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;

/** The page as people use it, in headless Chromium. With {@code -Dsignet.screenshots=FOLDER} it leaves pictures of itself. */
class StudioInBrowserTest {
    /** A machine that does other things, too, is slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path folder = Path.of("");

    private static @Nullable Browser opened;
    private static @Nullable Studio served;

    @BeforeAll
    static void start() throws IOException {
        String missing = Browser.missing();
        if (missing != null) {
            System.err.println("[WARNING] " + missing);
            Assumptions.abort(missing);
        }
        served = Studio.start(0, new StudioLimits(2, MemoryBudget.usual()), null);
        opened = Browser.start(Files.createDirectory(folder.resolve("profile")));
        opened.driver().manage().timeouts().scriptTimeout(PATIENCE);
    }

    @AfterAll
    static void stop() {
        if (opened != null) {
            opened.close();
        }
        if (served != null) {
            served.close();
        }
    }

    /** What a page began ends with it. */
    @AfterEach
    void home() {
        if (opened != null) {
            opened.run("const c = document.getElementById('cancel'); if (c && c.offsetParent) { c.click(); }");
        }
    }

    private static Browser browser() {
        if (opened == null || served == null) {
            throw new IllegalStateException("the browser did not start");
        }
        return opened;
    }

    private static void open(int width, int height, boolean dark) {
        browser().open("about:blank", width, height, dark);
        browser().open(String.valueOf(served == null ? "" : served.address()), width, height, dark);
        until("return document.querySelectorAll('#builtin button').length === 3");
    }

    /** Waits for what a script says to come true. */
    private static void until(String script) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Boolean.TRUE.equals(browser().driver().executeScript(script))) {
            assertThat(System.nanoTime()).as("came true in time: %s", script).isLessThan(end);
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static WebElement find(String selector) {
        return browser().driver().findElement(By.cssSelector(selector));
    }

    private static String text(String selector) {
        return String.valueOf(browser().run("return document.querySelector('" + selector + "').textContent"));
    }

    private static void screenshot(String name) throws IOException {
        String target = System.getProperty("signet.screenshots");
        if (target != null) {
            browser()
                    .run("await Promise.all([...document.images].map(i => i.decode().catch(() => 0)));"
                            + "await new Promise(r => setTimeout(r, 300))");
            browser().screenshot(Path.of(target).resolve(name + ".png"));
        }
    }

    @Test
    void dropSlideCompareDownload() throws IOException {
        Path model = BuiltInModel.GLASS.copyTo(folder);
        open(1280, 900, false);
        screenshot("studio-start");
        find("#file").sendKeys(model.toString());
        until("return document.querySelectorAll('figure.compare').length === 1"
                + " && document.getElementById('dial').max >= 1 && !document.getElementById('dial').disabled");
        assertThat(text("#model")).isEqualTo("glass.onnx");
        assertThat(text("#command")).startsWith("signet quantize glass.onnx");

        // Slide, by keys, from end to end.
        WebElement dial = find("#dial");
        dial.sendKeys(Keys.HOME);
        until("return document.getElementById('dial').value === '0'");
        String small = text("#size");
        String best = String.valueOf(browser().run("return document.querySelector('.after').getAttribute('src')"));
        dial.sendKeys(Keys.END);
        until("return document.getElementById('size').textContent !== " + quoted(small));
        until("return document.querySelector('.after').getAttribute('src') !== " + quoted(best));
        assertThat(dial.getAttribute("aria-valuetext")).matches(".*, [0-9.]+ kB, [0-9.]+ dB");

        // Compare: the line follows keys and the pointer.
        find(".compare input").sendKeys(Keys.HOME);
        assertThat(browser().run("return document.querySelector('.compare-view').style.getPropertyValue('--at')"))
                .isEqualTo("0%");
        browser().run("""
            const view = document.querySelector('.compare-view'), box = view.getBoundingClientRect();
            const at = { clientX: box.left + box.width / 4, clientY: box.top + 20, pointerId: 1, bubbles: true };
            view.setPointerCapture = () => {};
            view.dispatchEvent(new PointerEvent('pointerdown', at));\
            """);
        assertThat(browser().run("return Math.round(document.querySelector('.compare input').value)"))
                .isEqualTo(25L);

        // Download: the file that the link names is a model that is smaller.
        Object download = browser().run("""
            const response = await fetch(document.getElementById('download').href);
            return response.status + ' ' + (await response.arrayBuffer()).byteLength\
            """);
        assertThat(String.valueOf(download)).matches("200 [0-9]{5,6}");
        assertThat(find("#download").getAttribute("download")).matches("glass-([1-8]bit|mixed)\\.onnx");
        assertThat(browser().complaints()).isEmpty();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Test
    void aDroppedModelWithPicturesAndBitsByHand() throws IOException {
        byte[] model = Files.readAllBytes(BuiltInModel.ENLARGING.copyTo(folder));
        Path photo = folder.resolve("photo.png");
        Picture.grey(40, 30, new float[1200]).writePng(photo);
        open(1280, 900, false);
        drop("enlarging.onnx", model, "photo.png", Files.readAllBytes(photo));
        until("return document.querySelectorAll('#films button').length === 5");
        assertThat(browser().run("return document.querySelector('#films button[aria-pressed=true]').title"))
                .isEqualTo("photo.png");
        until("return document.getElementById('dial').disabled === false");
        browser().run("""
            const selects = document.querySelectorAll('#layers select');
            selects.forEach((s, i) => { s.value = i ? '2' : '5'; s.dispatchEvent(new Event('change')); });
            document.getElementById('make').click();\
            """);
        until("return document.getElementById('command').textContent.includes('=5,*=2')");
        assertThat(text("#quality")).contains("by hand");
        assertThat(browser().complaints()).isEmpty();
    }

    /** Drops two files on the document. */
    private static void drop(String name, byte[] bytes, String other, byte[] otherBytes) {
        browser().driver().executeScript("""
            const transfer = new DataTransfer();
            for (let i = 0; i < 4; i += 2) {
              transfer.items.add(new File([new Uint8Array(arguments[i + 1])], arguments[i]));
            }
            document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));\
            """, name, unsigned(bytes), other, unsigned(otherBytes));
    }

    private static List<Integer> unsigned(byte[] bytes) {
        Integer[] values = new Integer[bytes.length];
        Arrays.setAll(values, i -> bytes[i] & 0xff);
        return Arrays.asList(values);
    }

    @Test
    void workIsCancelled() {
        open(1280, 900, false);
        find("#builtin-glass").click();
        until("return !document.getElementById('progress').hidden");
        find("#cancel").click();
        until("return document.getElementById('progress').hidden");
        Object stable = browser().run("""
            const now = async () => (await (await fetch('models/' + location.hash.slice(1))).json());
            let first = await now();
            while (first.job !== null) { await new Promise(r => setTimeout(r, 200)); first = await now(); }
            await new Promise(r => setTimeout(r, 1500));
            const second = await now();
            return second.job === null && first.versions.length === second.versions.length\
            """);
        assertThat(stable).isEqualTo(true);
    }

    @Test
    void twoTabsHaveTwoModels() {
        open(1280, 900, false);
        String first = browser().driver().getWindowHandle();
        find("#builtin-figures").click();
        until("return document.getElementById('model').textContent === 'figures.onnx'");
        browser().driver().switchTo().newWindow(WindowType.TAB);
        open(1280, 900, false);
        find("#builtin-enlarging").click();
        until("return document.getElementById('dial').disabled === false");
        assertThat(text("#model")).isEqualTo("enlarging.onnx");
        browser().driver().close();
        browser().driver().switchTo().window(first);
        until("return document.getElementById('dial').disabled === false");
        assertThat(text("#model")).isEqualTo("figures.onnx");
        until("return document.querySelectorAll('.bars .row').length === 5");
    }

    @Test
    void aHostileNameIsShownAsItIs() throws IOException {
        byte[] model = Files.readAllBytes(BuiltInModel.FIGURES.copyTo(folder));
        open(1280, 900, false);
        String name = "<img src=x onerror=\"document.title='hacked'\">';$(id).onnx";
        drop(name, model, name.replace(".onnx", ".png"), new byte[] {1});
        until("return document.getElementById('message').hidden === false");
        assertThat(text("#message")).contains("picture").contains("onerror");
        find("#other").click();
        drop(name, model, "b.onnx", new byte[] {1});
        until("return document.getElementById('dial').disabled === false");
        assertThat(text("#model")).contains("<img src=x");
        assertThat(text("#command")).contains("'\\''");
        assertThat(browser()
                        .run("return document.title !== 'hacked' &&"
                                + " document.querySelectorAll('img[src=x]').length === 0"))
                .isEqualTo(true);
    }

    @Test
    void fitsAPhoneAndTheDark() throws IOException {
        open(390, 844, true);
        assertThat(browser().run("return document.documentElement.scrollWidth")).isEqualTo(390L);
        screenshot("studio-start-phone");
        find("#builtin-glass").click();
        until("return document.getElementById('dial').max >= 2");
        until("return document.querySelector('figure.compare .after').complete");
        assertThat(browser().run("return document.documentElement.scrollWidth")).isEqualTo(390L);
        screenshot("studio-phone");
        String id = String.valueOf(browser().run("return location.hash"));
        browser().open(served() + id, 1280, 1100, true);
        until("return document.getElementById('dial').max >= 2");
        screenshot("studio-dark");
        browser().open("about:blank", 1280, 1100, false);
        browser().open(served() + id, 1280, 1100, false);
        until("return document.getElementById('dial').max >= 3");
        screenshot("studio-light");
        browser().run("document.getElementById('layers-title').scrollIntoView()");
        screenshot("studio-layers");
        browser().run("scrollTo({ top: 0, behavior: 'instant' })");
        find("#other").click();
        find("#builtin-figures").click();
        until("return document.querySelectorAll('.bars .row .small').length === 5");
        screenshot("studio-classes");
    }

    private static String served() {
        return String.valueOf(served == null ? "" : served.address());
    }

    /** Everything that can be clicked has a name and can be reached by Tab. */
    @Test
    void worksByKeyboard() {
        open(1280, 900, false);
        find("#builtin-figures").sendKeys(Keys.ENTER);
        until("return document.getElementById('dial').disabled === false");
        Object reached = browser().run("""
            const all = [...document.querySelectorAll('button, a[href], input, select')].filter(e => e.offsetParent !== null && !e.disabled);
            const nameless = all.filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.querySelector('img[alt]')));
            const off = all.filter(e => e.tabIndex < 0);
            return nameless.length + ' ' + off.length;\
            """);
        assertThat(reached).isEqualTo("0 0");
    }
}
