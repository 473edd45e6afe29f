export * from "./9908.js";
