def main():
    print("one")


class Second:
    @staticmethod
    def run():
        print("two")
