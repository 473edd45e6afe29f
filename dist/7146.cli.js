export * from "./7146.js";
