export default new URL('./twos-rbm.safetensors', import.meta.url);
