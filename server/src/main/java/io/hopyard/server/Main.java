package io.hopyard.server;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.settings.InvalidSettingsException;
import io.hopyard.server.settings.SettingsFile;
import java.io.PrintStream;
import java.util.List;

/** What {@code ./hopyard} starts: the first argument says what to do. */
public final class Main {
    /** Wrong usage or settings. */
    static final int EXIT_USAGE = 2;
    /**
     * A node that cannot go on, such as a data node that its pair went on without or a head whose log has failed; who
     * supervises it starts it again.
     */
    static final int EXIT_EXCLUDED = 3;
    /** It was tried and did not work. */
    static final int EXIT_FAILURE = 1;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    private static int run(List<String> arguments, PrintStream out, PrintStream err) {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        try {
            return switch (command) {
                case "up", "node" -> UpCommand.run(UpOptions.parse(rest), out);
                case "cluster" -> ClusterCommand.run(rest, out);
                case "settings" -> print(out, SettingsFile.documentation());
                case "settings-template" -> print(out, SettingsFile.template());
                case "token" -> TokenCommand.run(rest, out);
                case "user", "project", "key", "data", "slots" -> AdminCommand.run(arguments, out);
                case "nodes" -> AdminCommand.nodes(arguments, out);
                default ->
                    throw new UsageException("command: '" + command
                            + "' (expected: up, node, cluster, settings, settings-template, token, user,"
                            + " project, key, data, slots or nodes)");
            };
        } catch (UsageException e) {
            err.println(e.getMessage());
            return EXIT_USAGE;
        } catch (InvalidSettingsException e) {
            err.println("These settings cannot be used:");
            err.println(e.getMessage());
            return EXIT_USAGE;
        } catch (FeatureStoreException e) {
            err.println(e.text());
            return EXIT_FAILURE;
        }
    }

    private static int print(PrintStream out, String text) {
        out.print(text);
        out.flush();
        return 0;
    }
}
