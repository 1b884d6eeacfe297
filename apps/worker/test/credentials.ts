export const API_KEY = "test-api-key";
export const STORE_TOKEN = "test-store-token";
export const ADMIN_TOKEN = "test-admin-token";
