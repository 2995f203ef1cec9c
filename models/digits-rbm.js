export default new URL('./digits-rbm.safetensors', import.meta.url);
