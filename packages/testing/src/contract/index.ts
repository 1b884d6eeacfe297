export { type StoreContract, storeContract } from "./store-contract.ts";
