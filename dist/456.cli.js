export * from "./456.js";
