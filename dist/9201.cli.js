export * from "./9201.js";
