export * from "./7122.js";
