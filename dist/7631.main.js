export * from "./7631.js";
