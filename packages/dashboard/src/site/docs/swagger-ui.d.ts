declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  const SwaggerUI: (options: {
    url: string;
    domNode: HTMLElement | null;
    deepLinking: boolean;
    docExpansion: "list";
    defaultModelsExpandDepth: number;
    persistAuthorization: boolean;
    tryItOutEnabled: boolean;
    validatorUrl: null;
  }) => unknown;
  export default SwaggerUI;
}
