export default new URL('./digits-pca.safetensors', import.meta.url);
