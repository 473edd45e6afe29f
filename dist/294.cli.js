export * from "./294.js";
