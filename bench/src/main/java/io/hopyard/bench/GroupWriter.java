package io.hopyard.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one feature group to the log as the official client does: through the door for clients with the
 * certificate of a project's member, Avro under the group's subject, the client's headers, key and batches. For one
 * thread.
 */
final class GroupWriter implements AutoCloseable {
    private final String topic;
    private final Schema schema;
    private final GenericDatumWriter<GenericRecord> writer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Header> headers = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private @Nullable BinaryEncoder encoder;

    /**
     * @param group what {@code group.py} printed
     * @param ingestion which of the ingestions that it opened counts the rows
     * @param lingerMillis how long a row waits for others; the client's default is 5
     */
    GroupWriter(JsonNode group, int ingestion, int lingerMillis) {
        this.topic = group.path("topic").asText();
        this.schema = new Schema.Parser().parse(group.path("schema").asText());
        this.writer = new GenericDatumWriter<>(schema);
        group.path("headers")
                .path(ingestion)
                .properties()
                .forEach(header -> headers.add(new RecordHeader(
                        header.getKey(), header.getValue().asText().getBytes(UTF_8))));
        this.producer = new KafkaProducer<>(
                properties(group.path("log"), lingerMillis), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> properties(JsonNode log, int lingerMillis) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", log.path("servers").asText());
        properties.put("security.protocol", "SSL");
        properties.put("ssl.endpoint.identification.algorithm", "");
        properties.put("ssl.keystore.type", "PEM");
        properties.put("ssl.keystore.certificate.chain", log.path("certificate").asText());
        properties.put("ssl.keystore.key", log.path("key").asText());
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.certificates", log.path("authority").asText());
        properties.put("acks", "all");
        properties.put("enable.idempotence", false);
        properties.put("linger.ms", lingerMillis);
        properties.put("batch.size", 1_000_000);
        properties.put("max.block.ms", 60_000);
        return properties;
    }

    /** Hands a row over: {@code id} is the key, the features hold {@code value} and what follows from it. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
    void send(long id, double value) throws IOException {
        GenericRecord row = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            row.put(field.pos(), field.name().equals("id") ? (Object) id : (Object) (value + field.pos() - 1));
        }
        bytes.reset();
        encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
        writer.write(row, encoder);
        encoder.flush();
        producer.send(
                new ProducerRecord<>(topic, null, Long.toString(id).getBytes(UTF_8), bytes.toByteArray(), headers),
                (metadata, error) -> {
                    if (error != null) {
                        failure.set(error);
                    }
                });
    }

    /** Returns when the log has all rows. */
    void flush() throws IOException {
        producer.flush();
        Exception lost = failure.get();
        if (lost != null) {
            throw new IOException("the log refused a row", lost);
        }
    }

    @Override
    public void close() {
        try {
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            producer.close();
        }
    }
}
