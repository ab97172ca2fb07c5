package io.hopyard.drill;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.Launch;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network of its own for each node, all joined by a switch: namespaces of Linux, with a bridge in one of its own, so that no
 * packet filter of the machine has a say. The drill itself stands at the switch, too. A cut drops what is sent without a word
 * to the sender, as a broken line does: frames go to a hardware address that nobody has, or the switch forgets a port.
 *
 * <p>Names carry the process id of the drill, and what drills have left behind that were killed is removed before a new one.
 */
final class NetworkGround implements Ground {
    static final Maker MAKER = scratch -> make();

    /** Nobody has it: of the locally administered addresses. */
    private static final String NOBODY = "02:00:00:00:00:01";

    private static final String SWITCH = "switch";
    private static final String LINE = "eth0";

    private final long pid;
    private final String block;

    private NetworkGround(long pid, String block) {
        this.pid = pid;
        this.block = block;
    }

    private static NetworkGround make() {
        if (!Commands.root() || !Commands.has("ip")) {
            throw new NotHereException("needs root and ip (iproute2)");
        }
        long pid = ProcessHandle.current().pid();
        removeLeftovers();
        String taken = Commands.run("ip", "-o", "addr", "show");
        NetworkGround ground = new NetworkGround(pid, NetworkNames.freeBlock(pid, taken));
        try {
            ground.makeSwitch();
        } catch (FeatureStoreException e) {
            ground.close();
            throw new NotHereException("needs network namespaces, bridges and pairs of virtual devices: " + e.text());
        }
        return ground;
    }

    /** Namespaces of drills that are not there any more. */
    private static void removeLeftovers() {
        for (String line : Commands.run("ip", "netns", "list").lines().toList()) {
            String name = firstWord(line);
            long owner = NetworkNames.owner(name);
            if (owner > 0 && !Files.exists(Path.of("/proc", Long.toString(owner)))) {
                remove(name);
            }
        }
    }

    private static String firstWord(String line) {
        int end = line.indexOf(' ');
        return end < 0 ? line : line.substring(0, end);
    }

    private String space(String what) {
        return NetworkNames.space(pid, what);
    }

    private void makeSwitch() {
        String hub = space(SWITCH);
        Commands.run("ip", "netns", "add", hub);
        Commands.run("ip", "-n", hub, "link", "add", SWITCH, "type", "bridge");
        Commands.run("ip", "-n", hub, "link", "set", SWITCH, "up");
        String own = "hy" + pid;
        Commands.run("ip", "link", "add", own, "type", "veth", "peer", "name", "drill", "netns", hub);
        Commands.run("ip", "-n", hub, "link", "set", "drill", "master", SWITCH, "up");
        Commands.run("ip", "addr", "add", block + ".1/24", "dev", own);
        Commands.run("ip", "link", "set", own, "up");
    }

    @Override
    public LocalPlan plan(boolean whole) {
        LocalPlan plan = whole ? LocalPlan.full(block) : LocalPlan.small(block);
        plan.nodes().forEach(this::plugIn);
        return plan;
    }

    private void plugIn(LocalNode node) {
        String space = space(node.name());
        String hub = space(SWITCH);
        Commands.run("ip", "netns", "add", space);
        Commands.run("ip", "-n", hub, "link", "add", node.name(), "type", "veth", "peer", "name", LINE, "netns", space);
        Commands.run("ip", "-n", hub, "link", "set", node.name(), "master", SWITCH, "up");
        Commands.run("ip", "-n", space, "addr", "add", node.address() + "/24", "dev", LINE);
        Commands.run("ip", "-n", space, "link", "set", LINE, "up");
        Commands.run("ip", "-n", space, "link", "set", "lo", "up");
    }

    @Override
    public Launch launch(LocalNode node, Path data) {
        return new Launch(List.of("ip", "netns", "exec", space(node.name())), Map.of(), List.of());
    }

    /** Nothing that the first sends reaches the second from now on; the other way stays open. */
    void cut(LocalNode from, LocalNode to) {
        Commands.run(
                "ip",
                "-n",
                space(from.name()),
                "neigh",
                "replace",
                to.address(),
                "lladdr",
                NOBODY,
                "dev",
                LINE,
                "nud",
                "permanent");
    }

    void mend(LocalNode from, LocalNode to) {
        Commands.run("ip", "-n", space(from.name()), "neigh", "del", to.address(), "dev", LINE);
    }

    /** Nothing reaches the node and it reaches nobody. */
    void isolate(LocalNode node) {
        Commands.run("ip", "-n", space(SWITCH), "link", "set", node.name(), "nomaster");
    }

    void join(LocalNode node) {
        Commands.run("ip", "-n", space(SWITCH), "link", "set", node.name(), "master", SWITCH);
    }

    /** Ends what still runs in the networks and removes them; a device goes with the namespace at either end. */
    @Override
    public void close() {
        for (String line : Commands.run("ip", "netns", "list").lines().toList()) {
            String name = firstWord(line);
            if (NetworkNames.owner(name) == pid) {
                remove(name);
            }
        }
    }

    private static void remove(String space) {
        // Between the numbers it may complain of namespaces that others have removed meanwhile.
        Commands.run("ip", "netns", "pids", space)
                .lines()
                .filter(line -> line.matches("\\d+"))
                .forEach(id -> ProcessHandle.of(Long.parseLong(id)).ifPresent(ProcessHandle::destroyForcibly));
        Commands.run("ip", "netns", "del", space);
    }
}
