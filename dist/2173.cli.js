export * from "./2173.js";
