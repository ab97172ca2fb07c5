package io.hopyard.drill;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;

/** Draws what a fault did to throughput and latency, one panel per kind of call. */
final class Plot {
    private static final int WIDTH = 1_000;
    private static final int PANEL = 220;
    private static final int LEFT = 80;
    private static final int RIGHT = 80;
    private static final int TOP = 40;
    /** Neighbours are written below each other. */
    private static final int LABEL_LINES = 4;

    private static final Color CALLS = new Color(0x1f77b4);
    private static final Color LATENCY = new Color(0xff7f0e);
    private static final Color FAILURES = new Color(0xd62728);
    private static final Color FAULT = new Color(0x555555);

    private Plot() {}

    /** @param marks seconds since the beginning and what was done then */
    static void write(Path file, String title, List<Timeline.Summary> summaries, Map<Double, String> marks)
            throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, TOP + PANEL * summaries.size(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        graphics.drawString(title, LEFT, 24);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        double seconds = summaries.stream()
                .flatMap(summary -> summary.points().stream())
                .mapToDouble(Timeline.Point::atSeconds)
                .max()
                .orElse(1);
        for (int index = 0; index < summaries.size(); index++) {
            panel(graphics, TOP + index * PANEL, summaries.get(index), Math.max(seconds, 1), marks);
        }
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
    }

    private static void panel(
            Graphics2D graphics, int top, Timeline.Summary summary, double seconds, Map<Double, String> marks) {
        int height = PANEL - 60;
        int base = top + 20 + height;
        double callsMax = max(summary.points(), Timeline.Point::successesPerSecond);
        double millisMax = max(summary.points(), Timeline.Point::p99Millis);
        graphics.setColor(Color.BLACK);
        graphics.drawRect(LEFT, top + 20, WIDTH - LEFT - RIGHT, height);
        graphics.drawString(
                "%s: longest gap %d ms"
                        .formatted(summary.name(), summary.longestGap().toMillis()),
                LEFT,
                top + 14);
        graphics.setColor(CALLS);
        graphics.drawString("%.0f/s".formatted(callsMax), 8, top + 30);
        graphics.setColor(LATENCY);
        graphics.drawString("p99 %.1f ms".formatted(millisMax), WIDTH - RIGHT + 4, top + 30);
        for (int second = 0; second <= seconds; second += Math.max(1, (int) (seconds / 10))) {
            graphics.setColor(Color.BLACK);
            graphics.drawString(second + " s", x(second, seconds), base + 16);
        }
        line(graphics, summary, seconds, base, height / callsMax, CALLS, Timeline.Point::successesPerSecond);
        line(graphics, summary, seconds, base, height / millisMax, LATENCY, Timeline.Point::p99Millis);
        line(graphics, summary, seconds, base, height / callsMax, FAILURES, Timeline.Point::failuresPerSecond);
        int line = 0;
        for (Map.Entry<Double, String> mark : new TreeMap<>(marks).entrySet()) {
            int at = x(mark.getKey(), seconds);
            graphics.setColor(FAULT);
            graphics.drawLine(at, top + 20, at, base);
            graphics.drawString(mark.getValue(), at + 3, top + 32 + 12 * (line++ % LABEL_LINES));
        }
    }

    private static int x(double at, double seconds) {
        return LEFT + (int) (at / seconds * (WIDTH - LEFT - RIGHT));
    }

    private static double max(List<Timeline.Point> points, ToDoubleFunction<Timeline.Point> value) {
        return Math.max(
                1e-9,
                points.stream()
                        .mapToDouble(value)
                        .filter(number -> !Double.isNaN(number))
                        .max()
                        .orElse(1));
    }

    private static void line(
            Graphics2D graphics,
            Timeline.Summary summary,
            double seconds,
            int base,
            double scale,
            Color color,
            ToDoubleFunction<Timeline.Point> value) {
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(1.4f));
        int lastX = -1;
        int lastY = 0;
        for (Timeline.Point point : summary.points()) {
            double number = value.applyAsDouble(point);
            if (Double.isNaN(number)) {
                continue;
            }
            int pointX = x(point.atSeconds(), seconds);
            int pointY = base - (int) Math.min(number * scale, PANEL - 60);
            if (lastX >= 0) {
                graphics.drawLine(lastX, lastY, pointX, pointY);
            }
            lastX = pointX;
            lastY = pointY;
        }
    }
}
