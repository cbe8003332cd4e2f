/** The hardware address by which the guest knows a card that waits for a network. Locally administered; no frame ever has it. */
export const waitingCardAddress = "02:6b:61:74:61:00";
