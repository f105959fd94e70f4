/* A FIDO token in software: OpenSSH's SSH_SK_PROVIDER interface (sk-api.h, version 0x000a0000).

   Made for tests alone: the handle of a key is its very seed.  It signs as a token does that was
   touched when it is asked to be, and that knows by whom after it has been told the PIN 1951.
   The few functions of libcrypto that it needs are declared here: whoever loads it has them. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define API_VERSION 0x000a0000
#define ED25519 1
#define TOUCH 0x01
#define VERIFY 0x04
#define FAULT (-1)
#define UNSUPPORTED (-2)
#define PIN_WANTED (-3)
#define SEED 32
#define NID_ED25519 1087

typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_md_ctx_st EVP_MD_CTX;
int RAND_bytes(unsigned char *out, int size);
unsigned char *SHA256(const unsigned char *data, size_t size, unsigned char *out);
EVP_PKEY *EVP_PKEY_new_raw_private_key(int type, void *engine, const unsigned char *key, size_t size);
int EVP_PKEY_get_raw_public_key(const EVP_PKEY *key, unsigned char *out, size_t *size);
void EVP_PKEY_free(EVP_PKEY *key);
EVP_MD_CTX *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(EVP_MD_CTX *context);
int EVP_DigestSignInit(EVP_MD_CTX *context, void *no, const void *none, void *nothing, EVP_PKEY *key);
int EVP_DigestSign(EVP_MD_CTX *context, unsigned char *out, size_t *size, const unsigned char *data,
                   size_t data_size);

struct sk_enroll_response {
  uint8_t flags;
  uint8_t *public_key;
  size_t public_key_len;
  uint8_t *key_handle;
  size_t key_handle_len;
  uint8_t *signature;
  size_t signature_len;
  uint8_t *attestation_cert;
  size_t attestation_cert_len;
  uint8_t *authdata;
  size_t authdata_len;
};

struct sk_sign_response {
  uint8_t flags;
  uint32_t counter;
  uint8_t *sig_r;
  size_t sig_r_len;
  uint8_t *sig_s;
  size_t sig_s_len;
};

uint32_t sk_api_version(void) { return API_VERSION; }

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_size,
              const char *application, uint8_t flags, const char *pin, void **options,
              struct sk_enroll_response **answer) {
  struct sk_enroll_response *made = calloc(1, sizeof *made);
  EVP_PKEY *key = NULL;
  (void)challenge, (void)challenge_size, (void)application, (void)pin, (void)options;
  if (algorithm != ED25519)
    return UNSUPPORTED;
  if (made == NULL || (made->key_handle = malloc(SEED)) == NULL ||
      (made->public_key = malloc(SEED)) == NULL || RAND_bytes(made->key_handle, SEED) != 1)
    return FAULT;
  made->flags = flags;
  made->key_handle_len = made->public_key_len = SEED;
  key = EVP_PKEY_new_raw_private_key(NID_ED25519, NULL, made->key_handle, SEED);
  if (key == NULL || EVP_PKEY_get_raw_public_key(key, made->public_key, &made->public_key_len) != 1)
    return FAULT;
  EVP_PKEY_free(key);
  *answer = made;
  return 0;
}

int sk_sign(uint32_t algorithm, const uint8_t *data, size_t data_size, const char *application,
            const uint8_t *handle, size_t handle_size, uint8_t flags, const char *pin,
            void **options, struct sk_sign_response **answer) {
  static uint32_t counter = 1951;
  struct sk_sign_response *made = calloc(1, sizeof *made);
  unsigned char asked[32 + 1 + 4 + 32];
  size_t size = 64;
  EVP_PKEY *key = NULL;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  (void)options;
  if (algorithm != ED25519 || handle_size != SEED)
    return UNSUPPORTED;
  if (flags & VERIFY && (pin == NULL || strcmp(pin, "1951") != 0))
    return PIN_WANTED;
  if (made == NULL || context == NULL || (made->sig_r = malloc(size)) == NULL)
    return FAULT;
  made->flags = flags & (TOUCH | VERIFY);
  made->counter = ++counter;
  SHA256((const unsigned char *)application, strlen(application), asked);
  asked[32] = made->flags;
  for (int at = 0; at < 4; at++)
    asked[33 + at] = (unsigned char)(made->counter >> (24 - 8 * at));
  SHA256(data, data_size, asked + 37);
  key = EVP_PKEY_new_raw_private_key(NID_ED25519, NULL, handle, SEED);
  if (key == NULL || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
      EVP_DigestSign(context, made->sig_r, &size, asked, sizeof asked) != 1)
    return FAULT;
  made->sig_r_len = size;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  *answer = made;
  return 0;
}

int sk_load_resident_keys(const char *pin, void **options, void ***keys, size_t *count) {
  (void)pin, (void)options, (void)keys, (void)count;
  return UNSUPPORTED;
}
