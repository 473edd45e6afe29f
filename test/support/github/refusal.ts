export type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An error answer in GitHub's form. */
export class Refusal extends Error {
  readonly status: number;
  readonly documentation: string;
  constructor(status: number, message: string, documentation = "https://docs.github.com/rest") {
    super(message);
    this.status = status;
    this.documentation = documentation;
  }
  get answer(): Answer {
    return {
      status: this.status,
      body: { message: this.message, documentation_url: this.documentation, status: String(this.status) },
    };
  }
}
