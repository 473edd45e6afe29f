export * from "./7534.js";
