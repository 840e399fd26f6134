class Main:
    @staticmethod
    def run():
        print("hi")
