#include <iostream>
#include <string>
extern "C" {
#include "greetz/greetz.h"
}
int main() { std::string s = greetz_version(); std::cout << s << " " << DATADIR << std::endl; return 0; }
