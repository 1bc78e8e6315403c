/* server: a server of PEER over TCP and UDP, on a port of 127.0.0.1 that the system chooses; it prints the port. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "peer.h"

void peer_1(struct svc_req *, SVCXPRT *);

int *peer_add_1_svc(pair *p, struct svc_req *r) {
  static int sum;
  sum = p->a + p->b;
  return &sum;
}

blob *peer_echo_1_svc(blob *b, struct svc_req *r) {
  static blob same;
  same = *b;
  return &same;
}

static void check(int failed, const char *what) {
  if (failed) { perror(what); exit(1); }
}

int main(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof a;
  int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
  check(bind(tcp, (struct sockaddr *)&a, n) || listen(tcp, 128) || getsockname(tcp, (struct sockaddr *)&a, &n), "tcp");
  check(bind(udp, (struct sockaddr *)&a, n), "udp");
  SVCXPRT *all[] = {svctcp_create(tcp, 0, 0), svcudp_create(udp)};
  for (int i = 0; i < 2; i++) check(!all[i] || !svc_register(all[i], PEER, PEER_V1, peer_1, 0), "svc_register");
  printf("%d\n", ntohs(a.sin_port));
  fflush(stdout);
  svc_run();
  return 1;
}
