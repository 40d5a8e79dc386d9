/* Sends the packets of a capture into an interface, over and over, at a rate: generator INTERFACE PCAP PACKETS_A_SECOND SECONDS
 *
 * A rate of 0 is as fast as it goes. The capture is a pcap file in the byte order of this machine; packets longer than an
 * interface with an MTU of 1500 takes are left out. Writes how many packets it sent, and in how many seconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, BURST = 32, MOST_PACKETS = 1 << 20, LONGEST = 1514 };

static struct iovec packets[MOST_PACKETS];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return moment.tv_sec + moment.tv_nsec * 1e-9;
}

static int load(const char *path)
{
    struct stat status;
    int count = 0, file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) < 0)
        fail(path);
    char *octets = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (octets == MAP_FAILED)
        fail("mmap");
    for (off_t at = FILE_HEADER; at + RECORD_HEADER <= status.st_size && count < MOST_PACKETS;) {
        uint32_t captured;
        memcpy(&captured, octets + at + 8, sizeof captured);
        at += RECORD_HEADER;
        if (captured <= LONGEST && at + captured <= status.st_size)
            packets[count++] = (struct iovec){octets + at, captured};
        at += captured;
    }
    return count;
}

static int open_interface(const char *name)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(name)};
    int one = 1, sock = socket(AF_PACKET, SOCK_RAW, 0);
    if (sock < 0 || bind(sock, (struct sockaddr *)&address, sizeof address) < 0)
        fail(name);
    setsockopt(sock, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    return sock;
}

int main(int count, char **argument)
{
    if (count != 5)
        return 2;
    int loaded = load(argument[2]), sock = open_interface(argument[1]), next = 0;
    double rate = atof(argument[3]), length = atof(argument[4]), begin = now(), passed;
    struct mmsghdr burst[BURST] = {0};
    uint64_t sent = 0;
    if (loaded == 0)
        return 2;
    while ((passed = now() - begin) < length) {
        uint64_t due = rate > 0 ? (uint64_t)(rate * passed) : sent + BURST;
        if (due <= sent) {
            nanosleep(&(struct timespec){0, 50000}, NULL);
            continue;
        }
        int now_due = due - sent < BURST ? (int)(due - sent) : BURST;
        for (int place = 0; place < now_due; place++) {
            burst[place].msg_hdr.msg_iov = &packets[(next + place) % loaded];
            burst[place].msg_hdr.msg_iovlen = 1;
        }
        int taken = sendmmsg(sock, burst, now_due, 0);
        if (taken > 0) {
            sent += taken;
            next = (next + taken) % loaded;
        }
    }
    printf("%llu %.6f\n", (unsigned long long)sent, passed);
    return 0;
}
