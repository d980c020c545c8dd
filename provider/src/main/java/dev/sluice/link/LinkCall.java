package dev.sluice.link;

/** What a caller wants of the link, on its way from the caller's thread to the machine's. Changes hands: the caller keeps only the reply. */
public interface LinkCall {
    /** The owner of the machine: hands it in. */
    void enter(LinkMachine machine);

    /** Instead of {@link #enter}, when the link has ended. */
    void refuse(LinkException why);
}
