// What the signer's pages take from others: age v1, and the Bech32 that its keys are written in.
export { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
export { bech32 } from "@scure/base";
