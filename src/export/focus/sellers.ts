import { providerId } from "../../pricing/model-id.ts";
import type { FocusRow } from "./columns.ts";

/** Who serves models, by the price table's name: as an organization, and its service. */
const SELLERS: Readonly<Record<string, readonly [name: string, service: string]>> = {
  anthropic: ["Anthropic", "Claude API"],
  aws: ["AWS", "Amazon Bedrock"],
  azure: ["Microsoft", "Microsoft Foundry"],
  cerebras: ["Cerebras", "Cerebras Inference"],
  cohere: ["Cohere", "Cohere API"],
  deepseek: ["DeepSeek", "DeepSeek API"],
  "github-copilot": ["GitHub", "GitHub Copilot"],
  google: ["Google", "Gemini API"],
  groq: ["Groq", "GroqCloud"],
  mistral: ["Mistral AI", "Mistral API"],
  moonshotai: ["Moonshot AI", "Moonshot API"],
  openai: ["OpenAI", "OpenAI API"],
  openrouter: ["OpenRouter", "OpenRouter API"],
  perplexity: ["Perplexity", "Perplexity API"],
  "x-ai": ["xAI", "xAI API"],
};

/** These columns must have a value: what nobody named is called this. */
const UNKNOWN = "Unknown";

/** Names of hosts by provider, for models that run elsewhere than with who sells them. */
export type Hosts = Readonly<Record<string, string>>;

/** The columns that say whose service was used; a provider without a row in the table keeps the name it has. */
export function sellerColumns(provider: string, hosts: Hosts = {}): Partial<FocusRow> {
  const id = providerId(provider);
  const known = Object.hasOwn(SELLERS, id) ? SELLERS[id] : undefined;
  const plain = provider.trim() === "" ? UNKNOWN : provider;
  const [name, service] = known ?? [plain, plain];
  return {
    HostProviderName: Object.hasOwn(hosts, id) ? (hosts[id] ?? name) : name,
    InvoiceIssuerName: name,
    ProviderName: name,
    PublisherName: name,
    ServiceName: service,
    ServiceProviderName: name,
  };
}
