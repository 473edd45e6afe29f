export * from "./7411.js";
