package dev.signet.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.signet.testkit.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages in headless Chromium. Without one the tests say so and are skipped. */
class ReportInBrowserTest {
    /** Charts and difference pictures that have nothing on them. */
    private static final String EMPTY = """
        const canvases = Array.from(document.querySelectorAll('canvas'));
        const figures = document.querySelectorAll('figure.chart').length;
        const empty = canvases.filter(c => !c.width || !c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0));
        return canvases.length < figures ? figures + ' charts, but ' + canvases.length + ' canvases'
          : empty.map(c => c.closest('figure').innerText).join();\
        """;

    private static @Nullable Browser browser;

    @TempDir
    private static Path folder = Path.of("");

    /** The pages, with how many layers they have. */
    enum Page {
        QUANTIZE {
            @Override
            HtmlPage make() {
                return SamplePages.quantize(12);
            }
        },
        INSPECT {
            @Override
            HtmlPage make() {
                return SamplePages.inspect(12);
            }
        },
        EXPERIMENTS {
            @Override
            HtmlPage make() {
                return SamplePages.experiments();
            }
        };

        abstract HtmlPage make();
    }

    @BeforeAll
    static void start() throws IOException {
        String missing = Browser.missing();
        if (missing != null) {
            // JUnit's own message ends in a file that nobody reads.
            System.err.println("[WARNING] " + missing);
            Assumptions.abort(missing);
        }
        browser = Browser.start(Files.createDirectory(folder.resolve("profile")));
        for (Page page : Page.values()) {
            Files.writeString(file(page), page.make().html());
        }
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static Path file(Page page) {
        return folder.resolve(page + ".html");
    }

    private static Browser browser() {
        if (browser == null) {
            throw new IllegalStateException("the browser did not start");
        }
        return browser;
    }

    @ParameterizedTest
    @EnumSource
    void opensWithoutComplaintsAndDrawsAllCharts(Page page) {
        browser().open(file(page), 1200, 900, false);
        browser().readAll();
        assertThat(browser().run(EMPTY)).isEqualTo("");
        assertThat(browser().complaints()).isEmpty();
        assertThat(browser().requests()).isEmpty();
        assertThat(browser().run("return document.title")).isNotEqualTo("hacked");
        assertThat(browser()
                        .run("return document.querySelectorAll('img:not([alt]), img[alt=\"\"], img[src=x]').length"))
                .isEqualTo(0L);
    }

    @ParameterizedTest
    @EnumSource
    void fitsAPhone(Page page) {
        browser().open(file(page), 360, 740, false);
        browser().readAll();
        assertThat(browser().run("return document.documentElement.scrollWidth")).isEqualTo(360L);
        assertThat(browser().run(EMPTY)).isEqualTo("");
    }

    @Test
    void allPicturesZoomAndMoveTogether() {
        browser().open(file(Page.EXPERIMENTS), 1200, 900, false);
        browser().readAll();
        // Scale and shift in per cent of the picture; computed styles are in pixels, of which panes differ by a part.
        String places = """
            const places = new Set(Array.from(document.querySelectorAll('.view > *:not(.tag)')).map(p => {
              const [x, y, scale] = p.style.transform.match(/-?[0-9.]+/g).map(v => Math.round(100 * v) / 100 + 0);
              return scale + ' at ' + x + ' ' + y;
            }));
            return places.size === 1 ? [...places][0] : 'not together: ' + [...places].join();\
            """;
        String press =
                "document.querySelector('.panes').dispatchEvent(new KeyboardEvent('keydown', { key: '%s', bubbles:"
                        + " true }));";
        // Original, target, two variants and their differences.
        assertThat(browser().run("return document.querySelectorAll('.view > *:not(.tag)').length"))
                .isEqualTo(6L);
        assertThat(browser().run(places)).isEqualTo("1 at 0 0");
        browser().run("document.querySelector('[aria-label=\"Zoom in\"]').click()");
        assertThat(browser().run(places)).isEqualTo("2 at -50 -50");
        browser().run(press.formatted("ArrowRight"));
        assertThat(browser().run(places)).isEqualTo("2 at -65 -50");
        browser().run(press.formatted("+"));
        assertThat(browser().run(places).toString()).startsWith("3 at -");
        browser().run(press.formatted("0"));
        assertThat(browser().run(places)).isEqualTo("1 at 0 0");
        browser().run("""
            const view = document.querySelectorAll('.view')[2], box = view.getBoundingClientRect();
            view.dispatchEvent(new WheelEvent('wheel', { deltaY: -300, ctrlKey: true, clientX: box.left, clientY: box.top, bubbles: true, cancelable: true }));\
            """);
        assertThat(browser().run(places)).isEqualTo("2.72 at 0 0");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aLargerDifferenceIsBrighterAndTheGainCanBeChosen() {
        browser().open(file(Page.EXPERIMENTS), 1200, 900, false);
        browser().readAll();
        String brightness = """
            return Array.from(document.querySelectorAll('.difference canvas')).map(c =>
              c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((a, v, i) => i %% 4 === 3 ? a : a + v, 0))%s;\
            """;
        assertThat(browser().run(brightness.formatted(".every((v, i, all) => i === 0 || v < all[0] / 3)")))
                .isEqualTo(true);
        long before = ((Number) browser().run(brightness.formatted("[1]"))).longValue();
        browser()
                .run("const s = document.querySelector('.tools select'); s.value = '1'; s.dispatchEvent(new"
                        + " Event('change'));");
        assertThat(((Number) browser().run(brightness.formatted("[1]"))).longValue())
                .isPositive()
                .isLessThan(before);
    }

    @Test
    void followsTheSystemsThemeAndTheReaders() {
        String paper = "return getComputedStyle(document.body).backgroundColor";
        browser().open(file(Page.QUANTIZE), 1200, 900, false);
        Object light = browser().run(paper);
        browser().open(file(Page.QUANTIZE), 1200, 900, true);
        Object dark = browser().run(paper);
        browser().readAll();
        assertThat(dark).isNotEqualTo(light);
        browser().run("document.getElementById('theme').click()");
        assertThat(browser().run(paper)).isEqualTo(light);
        browser().run("document.getElementById('theme').click(); document.getElementById('theme').click()");
        assertThat(browser().run(paper)).isEqualTo(dark);
        assertThat(browser().run(EMPTY)).isEqualTo("");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(booleans = {false, true})
    void textStandsOutFromItsGround(boolean dark) {
        browser().open(file(Page.QUANTIZE), 1200, 900, dark);
        // WCAG 2.1, contrast (minimum): 4.5.
        Object weak = browser().run("""
            const probe = document.createElement('i');
            document.body.append(probe);
            function luminance(name) {
              probe.style.color = 'var(--' + name + ')';
              const rgb = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
                .map(v => v <= .03928 ? v / 12.92 : Math.pow((v + .055) / 1.055, 2.4));
              return .2126 * rgb[0] + .7152 * rgb[1] + .0722 * rgb[2];
            }
            const pairs = [];
            for (const text of ['ink', 'quiet', 'accent']) for (const ground of ['paper', 'card']) pairs.push([text, ground]);
            pairs.push(['ink', 'bar'], ['good-ink', 'good'], ['card', 'accent']);
            return pairs.filter(([a, b]) => {
              const x = luminance(a), y = luminance(b);
              return (Math.max(x, y) + .05) / (Math.min(x, y) + .05) < 4.5;
            }).join('; ');\
            """);
        assertThat(weak).isEqualTo("");
    }

    @Test
    void aColumnsHeadSortsItsTable() {
        browser().open(file(Page.QUANTIZE), 1200, 900, false);
        String sorted = """
            const table = document.querySelector('table'), head = [...table.tHead.rows[0].cells].findIndex(c => c.innerText === 'output SNR');
            table.tHead.rows[0].cells[head].querySelector('button').click();
            return [...table.tBodies[0].rows].map(r => parseFloat(r.cells[head].innerText)).filter(v => !isNaN(v)).join();\
            """;
        assertThat(browser().run(sorted)).isEqualTo("9,10,11,12,13,14,15,16,17,18,20");
        assertThat(browser().run(sorted)).isEqualTo("20,18,17,16,15,14,13,12,11,10,9");
    }

    @Test
    void aHundredLayersStaySmall() throws IOException {
        Path file = folder.resolve("hundred.html");
        Files.writeString(file, SamplePages.quantize(100).html());
        assertThat(Files.size(file)).isLessThan(3_000_000);
        browser().open(file, 1200, 900, false);
        // Only what is in sight is drawn, a moment after it came there.
        Object drawn = browser().run("""
            document.querySelector('.chart').scrollIntoView();
            for (let i = 0; i < 100 && !document.querySelector('canvas'); i++) {
              await new Promise(r => setTimeout(r, 50));
            }
            return document.querySelectorAll('canvas').length;\
            """);
        assertThat((Long) drawn).isBetween(1L, 20L);
        assertThat(browser().complaints()).isEmpty();
    }
}
