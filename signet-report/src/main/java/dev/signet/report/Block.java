package dev.signet.report;

import java.util.List;

/** A part of a page: what it says; {@link HtmlWriter} knows how it looks. All texts are plain text from anywhere. */
public sealed interface Block
        permits Block.Section,
                Block.Text,
                Block.Notes,
                Block.Verdict,
                Block.KeyFigures,
                Block.Grid,
                Block.Fold,
                Table,
                Chart,
                HeatPicture,
                PictureBlock {
    /** A heading and what stands under it; sections may hold sections. */
    record Section(String title, List<Block> blocks) implements Block {}

    /** A paragraph. */
    record Text(String text) implements Block {}

    /** Things that a person should know. */
    record Notes(List<String> notes) implements Block {}

    /**
     * What it all comes to.
     *
     * @param level how good: good, fair or poor
     * @param text in a sentence
     * @param advice what to do where that is not enough, or empty
     * @param command a line to be copied, or empty
     */
    record Verdict(String level, String text, String advice, String command) implements Block {}

    /** The figures to look at first. */
    record KeyFigures(List<KeyFigure> figures) implements Block {}

    /** Small blocks side by side. */
    record Grid(List<? extends Block> blocks) implements Block {}

    /** Blocks that show when a reader asks for them. */
    record Fold(String summary, List<Block> blocks) implements Block {}

    /**
     * A figure.
     *
     * @param label what it is
     * @param value the figure
     * @param comment what it means, or empty
     */
    record KeyFigure(String label, String value, String comment) {}
}
