package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Holds {@code docs/wire.md} to the schema and to the code. */
class WireDocumentTest {
    private static final Pattern HEX_BLOCK = Pattern.compile("```hex (\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final String CODECS = "dev.sluice.wire.codec.";

    private String document = "";

    @BeforeEach
    void read() throws IOException {
        document = Files.readString(Path.of("../docs/wire.md"));
    }

    @Test
    void everyMessageIsThereWithEachFieldAtItsOffset()
            throws IOException, SAXException, ParserConfigurationException, ReflectiveOperationException {
        List<String> faults = new ArrayList<>();
        for (Element message : messages()) {
            String name = message.getAttribute("name");
            String section = section("### " + name + " (template " + message.getAttribute("id") + ")");
            Class<?> decoder = Class.forName(CODECS + name + "Decoder");
            String block = "Block length " + decoder.getField("BLOCK_LENGTH").get(null) + ".";
            if (!section.contains(block)) {
                faults.add(name + ": does not say '" + block + "'");
            }
            for (Element field : children(message)) {
                String fieldName = field.getAttribute("name");
                String offset = "";
                if (field.getNodeName().equals("field")) {
                    offset = decoder.getMethod(fieldName + "EncodingOffset").invoke(null) + " ";
                }
                if (!Pattern.compile("(?m)^\\| " + offset + "\\| [^|]+\\| `" + fieldName + "` \\|")
                        .matcher(section)
                        .find()) {
                    faults.add(name + ": has no row for " + fieldName + " at offset " + offset);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyRefusalIsThere() {
        for (RefusalCode refusal : RefusalCode.values()) {
            assertThat(document).contains("| " + refusal.code() + " | " + refusal.name() + " |");
        }
    }

    @Test
    void thePrefixOfDeadLetterQueuesIsThere() {
        assertThat(section("## Shards")).contains("begins with `" + Buckets.DEAD_LETTER_PREFIX + "`");
    }

    @Test
    void theExampleFramesPassTheChecksOfTheirReceivers() throws ReflectiveOperationException {
        Map<String, byte[]> frames = exampleFrames();
        assertThat(frames.keySet()).containsExactly("Hello", "CreateAddress", "Created", "Publish", "Confirmed");
        for (Map.Entry<String, byte[]> frame : frames.entrySet()) {
            UnsafeBuffer buffer = new UnsafeBuffer(frame.getValue());
            int template = Class.forName(CODECS + frame.getKey() + "Decoder")
                    .getField("TEMPLATE_ID")
                    .getInt(null);
            FrameChecker checker = template > 100 ? FrameChecker.ofServerFrames() : FrameChecker.ofClientFrames();

            assertThat(buffer.getInt(0, Wire.BYTE_ORDER))
                    .as(frame.getKey())
                    .isEqualTo(buffer.capacity() - Wire.LENGTH_BYTES);
            assertThat(checker.check(buffer, Wire.LENGTH_BYTES, buffer.capacity() - Wire.LENGTH_BYTES))
                    .isEqualTo(template);
        }
    }

    @Test
    void theExampleMessageSaysWhatItsCommentsSay() {
        byte[] bytes = exampleFrames().getOrDefault("Publish", new byte[0]);
        PublishDecoder publish = new PublishDecoder();
        publish.wrapAndApplyHeader(new UnsafeBuffer(bytes), Wire.LENGTH_BYTES, new MessageHeaderDecoder());
        byte[] encoded = new byte[publish.envelopeLength()];
        assertThat(publish.getEnvelope(encoded, 0, encoded.length)).isEqualTo(encoded.length);
        EnvelopeDecoder envelope = new EnvelopeDecoder();
        envelope.wrapAndApplyHeader(new UnsafeBuffer(encoded), 0, new MessageHeaderDecoder());

        assertThat(publish.number()).isEqualTo(2);
        assertThat(publish.flags().persistent()).isTrue();
        assertThat(envelope.messageNumber()).isEqualTo(1);
        assertThat(envelope.flags().persistent()).isTrue();
        int skipped =
                envelope.skipCorrelation() + envelope.skipJmsType() + envelope.skipReplyTo() + envelope.skipGroupId();
        skipped += envelope.skipUserId() + envelope.skipContentType() + envelope.skipProtocolSection();
        assertThat(skipped).isZero();
        assertThat(envelope.skipProperties()).isEqualTo(10);
        byte[] body = new byte[envelope.bodyLength()];
        assertThat(envelope.getBody(body, 0, body.length)).isEqualTo(2);
        assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("hi");
    }

    private Map<String, byte[]> exampleFrames() {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        Matcher blocks = HEX_BLOCK.matcher(document);
        while (blocks.find()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            blocks.group(2).lines().forEach(line -> {
                String hex = line.replaceFirst("#.*", "").replace(" ", "");
                bytes.writeBytes(HexFormat.of().parseHex(hex));
            });
            frames.put(blocks.group(1), bytes.toByteArray());
        }
        return frames;
    }

    private String section(String heading) {
        int start = document.indexOf(heading + "\n");
        assertThat(start).as(heading).isNotNegative();
        int end = document.indexOf("\n#", start + 1);
        return document.substring(start, end < 0 ? document.length() : end);
    }

    private static List<Element> messages() throws IOException, SAXException, ParserConfigurationException {
        var schema = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("src/main/sbe/wire.xml").toFile());
        return children(schema.getDocumentElement()).stream()
                .filter(element -> element.getNodeName().equals("sbe:message"))
                .toList();
    }

    private static List<Element> children(Element parent) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int index = 0; index < nodes.getLength(); index++) {
            Node node = nodes.item(index);
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
