import type { Webhook } from "./discord/webhook.ts";

/** An address that messages can be sent to. All of it but its host is a secret. */
export type Address =
  | { readonly kind: "discord"; readonly webhook: Webhook }
  | { readonly kind: "slack"; readonly url: string }
  /** Any other host: it gets JSON that is signed with the key. */
  | {
      readonly kind: "json";
      readonly url: string;
      readonly host: string;
      readonly key: string;
      /** Stands in for such a host in a test. */
      readonly isTest: boolean;
    };

/** A channel by its name: one of the input `channels`, or the default one. */
export type NamedChannel = {
  readonly name: string;
  readonly address: Address;
};
