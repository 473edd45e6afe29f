export * from "./755.js";
