/* client: calls PEER on a port of 127.0.0.1.
 *   client tcp|udp PORT                         calls each procedure, ECHO with as much as the transport carries
 *   client tcp|udp PORT BYTES THREADS CALLS     makes so many calls, NULL or ECHO of so many bytes; prints the seconds taken */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "peer.h"

static const char *proto;
static int port, bytes, calls;
static struct timeval patience = {20, 0};

static CLIENT *connect_to(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval again = {2, 0};
  int s = RPC_ANYSOCK, one = 1, tcp = !strcmp(proto, "tcp");
  CLIENT *c = tcp ? clnttcp_create(&a, PEER, PEER_V1, &s, 0, 0) : clntudp_create(&a, PEER, PEER_V1, again, &s);
  if (!c) { clnt_pcreateerror(proto); exit(1); }
  if (tcp) setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return c;
}

static void echo(CLIENT *c, int n) {
  char *p = malloc(n + 1);
  for (int i = 0; i < n; i++) p[i] = i * 7 + i / 256;
  blob in = {n, p}, out = {0, 0};
  enum clnt_stat s = clnt_call(c, PEER_ECHO, (xdrproc_t)xdr_blob, (char *)&in, (xdrproc_t)xdr_blob, (char *)&out, patience);
  if (s != RPC_SUCCESS) { clnt_perror(c, "ECHO"); exit(1); }
  if (out.blob_len != in.blob_len || memcmp(out.blob_val, p, n)) { fprintf(stderr, "ECHO: other bytes\n"); exit(1); }
  clnt_freeres(c, (xdrproc_t)xdr_blob, (char *)&out);
  free(p);
}

static void *work(void *none) {
  CLIENT *c = connect_to();
  for (int i = 0; i < calls; i++) {
    if (bytes) echo(c, bytes);
    else if (clnt_call(c, 0, (xdrproc_t)xdr_void, 0, (xdrproc_t)xdr_void, 0, patience)) { clnt_perror(c, "NULL"); exit(1); }
  }
  clnt_destroy(c);
  return 0;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int n, char **v) {
  if (n != 3 && n != 6) return 2;
  proto = v[1], port = atoi(v[2]);
  if (n == 6) {
    int threads = atoi(v[4]);
    pthread_t all[256];
    double began = now();
    bytes = atoi(v[3]), calls = atoi(v[5]) / threads;
    for (int i = 0; i < threads; i++) pthread_create(&all[i], 0, work, 0);
    for (int i = 0; i < threads; i++) pthread_join(all[i], 0);
    printf("%.6f\n", now() - began);
    return 0;
  }
  CLIENT *c = connect_to();
  pair p = {40, 2};
  int *sum = peer_add_1(&p, c);
  if (!sum || *sum != 42) { fprintf(stderr, "ADD\n"); return 1; }
  int sizes[] = {0, 1, 5000, strcmp(proto, "tcp") ? 8000 : 1 << 20};
  for (int i = 0; i < 4; i++) echo(c, sizes[i]);
  printf("fine\n");
  return 0;
}
