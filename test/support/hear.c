/* hear DIR: says "ready", then what DIR/k has whenever a link has taken the place of DIR/..data, as for a ConfigMap. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static void show(const char *path)
{
    char text[256];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (n < 0) perror(path);
    else fwrite(text, 1, (size_t)n, stdout);
    if (fd >= 0) close(fd);
}

int main(int argc, char **argv)
{
    if (argc != 2 || chdir(argv[1])) return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    int fd = inotify_init();
    if (fd < 0 || inotify_add_watch(fd, ".", IN_MOVED_TO) < 0) return 2;
    puts("ready");
    for (;;) {
        _Alignas(struct inotify_event) char events[4096];
        ssize_t n = read(fd, events, sizeof events);
        if (n <= 0) return 3;
        for (char *at = events; at < events + n;) {
            struct inotify_event *event = (struct inotify_event *)at;
            if (event->len && !strcmp(event->name, "..data")) show("k");
            at += sizeof *event + event->len;
        }
    }
}
