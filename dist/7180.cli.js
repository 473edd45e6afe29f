export * from "./7180.js";
