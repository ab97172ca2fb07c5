package io.hopyard.server.node;

import io.hopyard.core.access.FirstAdmin;
import io.hopyard.core.access.KeyText;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.identity.SecretFiles;
import io.hopyard.server.settings.AllSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the first administrator at the first start of a cluster and leaves the key in {@code admin.key} of the data
 * directory, readable by its owner only. The file is written first, so a start that is killed in between finds it again.
 */
final class AdminKey {
    private final Surroundings around;
    private final FirstAdmin admin;

    AdminKey(Surroundings around, FirstAdmin admin) {
        this.around = around;
        this.admin = admin;
    }

    static Path file(Path data) {
        return data.resolve("admin.key");
    }

    void makeWhenMissing() throws IOException {
        Deadline deadline = Deadline.after(around.ticker(), around.get(AllSettings.ADMIN_WRITE_TIMEOUT));
        if (!admin.isMissing(deadline)) {
            return;
        }
        Path file = file(around.data());
        if (!Files.exists(file)) {
            // No newline at the end: the public client takes the file's text as the key.
            SecretFiles.write(file, KeyText.random(around.random()).text());
        }
        KeyText key;
        try {
            key = KeyText.parse(Files.readString(file).strip());
        } catch (FeatureStoreException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    file + " holds no API key (expected: the key of an earlier start, or no such file)",
                    e);
        }
        admin.create(around.get(AllSettings.ADMIN_EMAIL), key, deadline);
    }
}
