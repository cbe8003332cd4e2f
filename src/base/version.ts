/** The version of the product, put in when it is built. */
declare const KATA_VERSION: string | undefined;
declare const KATA_COMMIT: string | undefined;

export const productVersion: string = typeof KATA_VERSION === "string" ? KATA_VERSION : "0.0.0-source";
/** The commit it was built from; `unknown` outside a repository. */
export const productCommit: string = typeof KATA_COMMIT === "string" ? KATA_COMMIT : "unknown";
